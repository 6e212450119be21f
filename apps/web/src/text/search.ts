/** Words of the search over messages. */
const number = new Intl.NumberFormat('en')

export const searchText = {
  title: 'Search messages',
  field: 'Search messages',
  placeholder: 'Words, from:, in:, has:, on:',
  close: 'Close search',
  inThis: 'Search in this conversation',
  searchFor: (words: string) => `Search messages for “${words}”`,
  filters: 'Filters',
  removeFilter: (filter: string) => `Remove the filter ${filter}`,
  filter: {
    from: (name: string) => `From ${name}`,
    in: (name: string) => `In ${name}`,
    thread: () => 'In a thread',
    has: (what: string) => `With ${what}`,
    on: (when: string) => `On ${when}`,
    before: (when: string) => `Before ${when}`,
    after: (when: string) => `After ${when}`,
  },
  has: { file: 'a file', image: 'a picture', link: 'a link' } as Record<string, string>,
  suggestions: 'Suggestions',
  narrow: 'Narrow it down',
  narrowBy: {
    from: 'who wrote it',
    in: 'a channel or conversation',
    has: 'file, image or link',
    on: 'a day, month or year',
    before: 'earlier than a date',
    after: 'later than a date',
  },
  inThread: 'answers in threads',
  lead: 'Words match from their beginning, accents and capitals do not matter. “Quotation marks” find words exactly as they stand together.',
  results: 'Results',
  resultCount: (count: number, more: boolean) => {
    if (more) return `The newest ${number.format(count)} results`
    return count === 1 ? '1 result' : `${number.format(count)} results`
  },
  older: 'Show older results',
  none: 'Nothing found',
  noneLead: 'Try fewer or shorter words.',
  noneFiltered: 'Try fewer or shorter words, or take a filter away.',
  nobody: (name: string) => `Nobody here is called “${name}”.`,
  noChannel: (name: string) => `None of your conversations is called “${name}”.`,
  noDate: (date: string) =>
    `“${date}” is no date. Write one such as 2026-03-14, 2026-03, today or yesterday.`,
  noKind: (what: string) => `“${what}” cannot be looked for: a file, an image or a link can.`,
  progress: (done: number, of: number) =>
    `${number.format(done)} of ${number.format(of)} entries can be searched so far. Older ones are being fetched.`,
  stopped: 'Older messages that are not on this device are not searched.',
  fetch: 'Fetch them',
  start: 'Type what you look for.',
  nothingToRead: 'No message fits.',
  pick: 'Pick a result to read it where it was said.',

  history: 'Older messages on this device',
  historyLead:
    'So that search finds everything, this device fetches the older messages of your conversations in the background, and keeps them encrypted.',
  historyDone: (count: number) => `All ${number.format(count)} entries are here.`,
  historySome: (done: number, of: number) =>
    `${number.format(done)} of ${number.format(of)} entries are here.`,
  historyStop: 'Stop fetching',
  historyStart: 'Fetch older messages',
}
