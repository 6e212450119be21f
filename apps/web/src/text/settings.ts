/** Words of the settings. */
import { plural } from './language.ts'

export const settingsText = {
  title: 'Settings',
  places: {
    profile: 'Profile',
    devices: 'Devices',
    security: 'Sign-in',
    appearance: 'Appearance',
    notifications: 'Notifications',
    about: 'About',
  },
  name: 'Your name',
  nameHint: 'Everybody in the organisation sees it.',
  userName: 'User name',
  userNameHint: 'You sign in with it. It does not change.',
  role: 'Role',

  devicesLead:
    'Each browser that you use is a device with its own keys. Remove what you no longer use or have lost.',
  thisDevice: 'This device',
  thisBrowser: 'This browser',
  addedOn: (when: string) => `Added ${when}`,
  addDevice: 'Add a device',
  addDeviceLead: 'Open this address in another browser, sign in there, and type your recovery phrase.',
  remove: 'Remove',
  removeNamed: (name: string) => `Remove ${name}`,
  removeTitle: (name: string) => `Remove ${name}?`,
  removeLead: 'It is signed out at once and can read nothing new.',
  removePhrase:
    'With your recovery phrase, your keys are changed too, so that the device stays out for good, even in a thief’s hands. Without the words it is only cut off.',
  removeVerb: 'Remove device',

  sessions: 'Signed in elsewhere',
  sessionsLead: 'Ends all other sessions. Your devices keep what they have, but need the password again.',
  closeOthers: 'Sign out everywhere else',
  closedOthers: (count: number) =>
    plural(count, { one: '# session was ended.', other: '# sessions were ended.' }),
  password: 'Password',
  passwordLead: 'The password opens your account; only the recovery phrase opens your messages.',
  current: 'Current password',
  next: 'New password',
  change: 'Change password',
  changed: 'Your password is changed.',
  phrase: 'Recovery phrase',
  phraseLead:
    'It was shown once, when your account was made, and cannot be shown again: nobody keeps it, this device included.',

  theme: 'Colours',
  themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
  contrast: 'Contrast',
  contrasts: { system: 'As the system', standard: 'Standard', high: 'High' },
  density: 'Density',
  densities: { comfortable: 'Comfortable', cosy: 'Cosy', compact: 'Compact' },

  notificationsLead:
    'While this page is open, even behind others, you are told of direct messages and of messages that name you.',
  notificationsOn: 'Notifications are on for this browser.',
  notificationsOff: 'Notifications are off for this browser.',
  notificationsDenied:
    'The browser blocks notifications for this page. Allow them in the browser’s settings for this site.',
  notificationsMissing: 'This browser cannot show notifications.',
  turnOn: 'Turn on notifications',
  turnOff: 'Turn off notifications',

  aboutEncryption: 'How your messages are protected',
  aboutLines: [
    'Messages, files and the names of private channels are encrypted on your device and decrypted on the devices of those who are in the channel (MLS, RFC 9420).',
    'The server passes on what it cannot read. It knows who is in which channel, and when and how much is sent.',
    'Your devices keep messages encrypted. The key to them lies in the browser’s own files: whoever has an unlocked device of yours, or its disk, can still read them. Lock your screen, and encrypt your disk.',
  ],
  aboutFree: 'Free software under the AGPL-3.0 licence.',
}
