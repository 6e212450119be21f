/** The intents about what the user keeps for themself: part of the table in ../intents.ts. */
import type { PersonalIntents } from '../../personal-api.ts'
import type { Context } from '../context.ts'
import { keepDraft } from './drafts.ts'
import { markInbox, readAllInbox } from './inbox.ts'
import { deleteScheduled, scheduleMessage, sendScheduledNow } from './later.ts'
import { setReminder } from './reminders.ts'
import { saveMessage } from './saved.ts'
import { setHidesReading, setQuiet, setQuietHours, setStatus } from './status.ts'
import {
  createSection,
  deleteSection,
  foldSection,
  moveChannel,
  moveSection,
  nameSection,
  setFavourite,
  setMuted,
  showList,
} from './channel-list.ts'

export type PersonalHandlers = {
  [N in keyof PersonalIntents]: (input: PersonalIntents[N]['input']) => Promise<PersonalIntents[N]['output']>
}

export function personalIntents(context: Context): PersonalHandlers {
  return {
    'list.show': async (input) => showList(context, input),
    'list.fold': async (input) => foldSection(context, input),
    'list.favourite': async (input) => setFavourite(context, input),
    'list.mute': async (input) => setMuted(context, input),
    'list.move': async (input) => moveChannel(context, input),
    'list.createSection': async (input) => createSection(context, input),
    'list.nameSection': async (input) => nameSection(context, input),
    'list.moveSection': async (input) => moveSection(context, input),
    'list.deleteSection': async (input) => deleteSection(context, input),
    'draft.keep': async (input) => keepDraft(context, input),
    'reminder.set': async (input) => setReminder(context, input),
    'inbox.mark': async (input) => markInbox(context, input),
    'inbox.readAll': async () => readAllInbox(context),
    'later.set': async (input) => scheduleMessage(context, input),
    'later.sendNow': async (input) => sendScheduledNow(context, input),
    'later.delete': async (input) => deleteScheduled(context, input),
    'saved.set': async (input) => saveMessage(context, input),
    'status.set': async (input) => publishing(context, () => setStatus(context, input)),
    'quiet.set': async (input) => publishing(context, () => setQuiet(context, input)),
    'quiet.setHours': async (input) => publishing(context, () => setQuietHours(context, input)),
    'receipts.hide': async (input) => setHidesReading(context, input),
  }
}

/** What the others see of it goes out at once. */
function publishing(context: Context, change: () => void): void {
  change()
  context.publishing.changedHere()
}
