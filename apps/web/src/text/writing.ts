/** Words of writing a message: its commands, its forms, its preview. */
export const writingText = {
  more: 'More',
  poll: 'Poll',
  preview: 'Preview',
  previewHide: 'Hide the preview',
  previewEmpty: 'What you write appears here as others will read it.',
  format: {
    bold: 'Bold',
    italic: 'Italic',
    code: 'Code',
    struck: 'Crossed out',
    link: 'Link',
    spoiler: 'Spoiler',
  },
  commands: 'Commands',
  command: {
    poll: 'Ask something, with options to vote for',
    topic: 'Say what this channel is about',
    invite: 'Add people to this channel',
    members: 'Show who is in this channel',
    leave: 'Leave this channel',
    search: 'Search all messages',
    code: 'Send as code',
    spoiler: 'Send covered, until somebody opens it',
  },
  commandUnknown: (name: string) =>
    `There is no command “/${name}”, so nothing was sent. Begin with // to send a message that starts with a slash.`,
  commandNotHere: (name: string) => `“/${name}” cannot be used here, so nothing was sent.`,
  commandNeedsWords: (name: string) => `Write what is to be sent after “/${name}”.`,
}
