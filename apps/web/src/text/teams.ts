/** Words about teams: people who are called by one handle. */
import { plural } from './language.ts'

export const teamsText = {
  title: 'Teams',
  lead: 'People who are called by one name: whoever writes @ and the handle of a team calls those of it who are in the channel.',
  none: 'There are no teams yet',
  create: 'New team',
  createVerb: 'Create team',
  edit: (name: string) => `Edit team ${name}`,
  editVerb: 'Edit',
  name: 'Name of the team',
  handle: 'Handle',
  handleHint:
    'What people write after @, such as nurses. Small letters, digits, dots, hyphens and underscores.',
  members: 'Who is in it',
  count: (count: number) => plural(count, { one: '# person', other: '# people' }),
  countHere: (count: number) => plural(count, { other: '# here' }),
  end: 'Delete team',
  endTitle: (name: string) => `Delete the team ${name}?`,
  endLead: 'Its handle calls nobody any more. Messages stay as they are.',
}
