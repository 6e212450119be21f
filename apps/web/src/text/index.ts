/** Every text that a person can read, in one catalogue: one file a screen, plain values and functions. */
import { adminText } from './admin.ts'
import { channelsText } from './channels.ts'
import { conversationText } from './conversation.ts'
import { entryText } from './entry.ts'
import { frameText } from './frame.ts'
import { peopleText } from './people.ts'
import { settingsText } from './settings.ts'
import { uiText } from './ui.ts'

export const text = {
  ui: uiText,
  entry: entryText,
  frame: frameText,
  conversation: conversationText,
  channels: channelsText,
  people: peopleText,
  settings: settingsText,
  admin: adminText,
}
