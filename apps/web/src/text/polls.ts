/** Words of polls. */
import { plural } from './language.ts'

export const pollsText = {
  title: 'New poll',
  question: 'What do you ask?',
  optionNumber: (number: number) => `Option ${number}`,
  removeOption: (number: number) => `Remove option ${number}`,
  addOption: 'Add an option',
  maySeveral: 'Several options may be chosen',
  lead: 'Everybody in the channel sees who votes for what. You can end the poll; its question and options stay as they are.',
  create: 'Ask',
  one: 'Choose one',
  several: 'Choose as many as you like',
  option: (words: string, votes: number, share: number) =>
    `${words}: ${plural(votes, { one: '# vote', other: '# votes' })}, ${Math.round(share * 100)} %`,
  voters: (count: number) =>
    count === 0 ? 'Nobody has voted yet' : plural(count, { one: '# person voted', other: '# people voted' }),
  ended: (count: number) => `Ended. ${plural(count, { one: '# person voted', other: '# people voted' })}`,
  erased: (count: number) =>
    plural(count, {
      one: '# vote or reaction was erased afterwards',
      other: '# votes or reactions were erased afterwards',
    }),
  showNames: 'Show names',
  hideNames: 'Hide names',
  end: 'End the poll',
  endTitle: 'End this poll?',
  endLead:
    'Nobody can vote any more, and votes stay as they are. A poll that has ended cannot be opened again.',
}
