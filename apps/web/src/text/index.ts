/** Every text that a person can read, in one catalogue: one file a screen, plain values and functions. */
import { adminText } from './admin.ts'
import { auditText } from './audit.ts'
import { channelsText } from './channels.ts'
import { conversationText } from './conversation.ts'
import { emojiText } from './emoji.ts'
import { entryText } from './entry.ts'
import { exportText } from './export.ts'
import { filesText } from './files.ts'
import { frameText } from './frame.ts'
import { inboxText } from './inbox.ts'
import { laterText } from './later.ts'
import { linksText } from './links.ts'
import { listText } from './list.ts'
import { peopleText } from './people.ts'
import { personalText } from './personal.ts'
import { platformText } from './platform.ts'
import { pollsText } from './polls.ts'
import { isPseudo, pseudo } from './pseudo.ts'
import { searchText } from './search.ts'
import { settingsText } from './settings.ts'
import { statusText } from './status.ts'
import { teamsText } from './teams.ts'
import { uiText } from './ui.ts'
import { voiceText } from './voice.ts'
import { writingText } from './writing.ts'

const english = {
  ui: uiText,
  emoji: emojiText,
  entry: entryText,
  frame: frameText,
  conversation: conversationText,
  export: exportText,
  files: filesText,
  channels: channelsText,
  inbox: inboxText,
  later: laterText,
  links: linksText,
  list: listText,
  people: peopleText,
  personal: personalText,
  search: searchText,
  settings: settingsText,
  status: statusText,
  teams: teamsText,
  admin: adminText,
  audit: auditText,
  platform: platformText,
  polls: pollsText,
  voice: voiceText,
  writing: writingText,
}

/** Chosen before anything is drawn, since screens take their words as they are loaded. */
export const text = isPseudo(globalThis.location?.search) ? pseudo(english) : english
