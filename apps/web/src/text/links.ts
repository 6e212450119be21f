/** Words about invite links to a channel. */
import { plural } from './language.ts'

export const linksText = {
  action: 'Invite by link',
  title: (channel: string) => `Invite to ${channel} by link`,
  lead: {
    public: 'Whoever has an account here and opens the link joins at once.',
    private:
      'Whoever has an account here and opens the link asks to come in. A device of a member checks the link and lets them in, as soon as one is online.',
  },
  uses: 'For how many people',
  usesOptions: { '1': '1 person', '10': '10 people', '100': '100 people', '1000': '1,000 people' },
  expires: 'Valid for',
  expiries: { '24': '1 day', '168': '1 week', '720': '30 days' },
  create: 'Create link',
  link: 'Invite link',
  doneLead:
    'Whoever has it can ask to come in. It is shown only now: neither this device nor the server keeps it.',
  good: 'Links that still work',
  madeBy: (name: string, when: string) => `Made by ${name} ${when}`,
  left: (left: number, of: number) => `${left} of ${plural(of, { one: '# person', other: '# people' })} left`,
  revoke: 'Revoke',
  revokeNamed: (when: string) => `Revoke the link made ${when}`,
  revoked: 'The link is worthless now.',

  checking: 'Looking at the invite link',
  joinTitle: (name: string) => `Join ${name}?`,
  invitedBy: (name: string) => `${name} made this invite link.`,
  private:
    'A private channel: a device of a member lets you in. If none is online now, it happens as soon as one is.',
  public: 'A public channel of your organisation.',
  join: 'Join',
  notNow: 'Not now',
  askedTitle: 'You have asked to come in',
  askedLead: (name: string) =>
    `You will be let in as soon as a member’s device is online. ${name} then appears in your list; you need not wait here.`,
  wasInTitle: (name: string) => `You were in ${name} before`,
  wasInLead: 'An invite link lets nobody back in. Ask somebody in the channel to add you.',
  badTitle: 'This link leads nowhere',
  open: 'Open messages',
}
