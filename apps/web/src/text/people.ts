/** Words about people. */
export const peopleText = {
  title: 'People',
  show: 'Show',
  find: 'Find people',
  none: 'Nobody by that name',
  alone: 'Only you so far',
  aloneLead: 'Once colleagues join, they appear here.',
  write: 'Write',
  writeTo: (name: string) => `Write to ${name}`,
  roles: { administrator: 'Administrator', moderator: 'Moderator', member: 'Member', guest: 'Guest' },
  guest: 'guest',
  inactive: 'deactivated',
  you: 'you',
  devices: 'Devices in this channel',
  safetyTitle: 'Safety number',
  safetyLead: (name: string) =>
    `Compare this number with ${name}, side by side or over the phone. If it is the same on both screens, nobody stands between you.`,
  safetyShow: 'Show safety number',
}
