/** Words about the organisation's own emoji. */
import { plural } from './language.ts'

export const emojiText = {
  /** The group of them among all emoji. */
  ours: 'Ours',
  found: 'Emoji',
  lead: 'Small pictures of your own, for messages and reactions. Everybody here can use them; the server knows the pictures and their names, not who uses which.',
  none: 'No emoji of your own yet',
  noneLead:
    'Add a logo, a mascot or a thank-you of the ward. People write it as :its_name: or choose it among all emoji.',
  add: 'New emoji',
  addVerb: 'Add emoji',
  added: (name: string) => `${name} is there now, for everybody.`,
  /** Names of administrators, of which some may be unknown here. */
  whoAdds: (names: string[]) =>
    names.length === 0
      ? 'Administrators can add emoji of your own.'
      : `${names.join(' or ')} can add emoji of your own.`,
  choose: 'Choose a picture',
  chooseOther: 'Choose another picture',
  pictureHint:
    'PNG, WebP, GIF or JPEG. It is made smaller here; a moving GIF stays as it is up to 128 pixels and 128 KB.',
  pictureUnreadable: 'This is not a picture that can be read. Choose a PNG, WebP, GIF or JPEG.',
  pictureTooLarge: 'This picture is too large. Choose one of at most 10 MB.',
  stands: 'It is larger than 128 pixels or 128 KB, so it stands still from now on.',
  preview: 'How it will look',
  name: 'Short name',
  nameHint:
    'Small letters, digits, hyphens and underscores, such as thank_you_ward. It begins with a letter.',
  count: (count: number, most: number) => `${plural(count, { other: '# emoji' })} of at most ${most}`,
  remove: 'Remove',
  removeNamed: (name: string) => `Remove ${name}`,
  removeTitle: (name: string) => `Remove ${name}?`,
  removeLead:
    'Messages and reactions that have it show its name in words. Another picture can have the name then.',
}
