/** Words that belong to no one screen. */
export const uiText = {
  product: 'Reforms Messenger',
  close: 'Close',
  cancel: 'Cancel',
  save: 'Save',
  saved: 'Saved',
  back: 'Back',
  today: 'Today',
  yesterday: 'Yesterday',
  loading: 'Loading',
  reveal: 'Show what you type',
  copyLink: 'Copy link',
  copied: 'Copied',
  copyRefused: 'The browser did not allow copying. Select the text and copy it by hand.',
  actionsFor: (name: string) => `Actions for ${name}`,
  unknownProblem: 'Something went wrong here. Try again; if it persists, reload the page.',
}
