/** What the palette offers about one conversation: what its details have, by the words that people look for. */
import type { ChannelView } from '@reforms/client'
import {
  Archive,
  Download,
  Info,
  Link,
  LogOut,
  Pencil,
  Pin,
  Scale,
  Shield,
  TextSearch,
  Timer,
  UserRoundPlus,
} from 'lucide-react'
import type { ReactNode } from 'react'
import type { Pane } from '../../route/route.ts'
import { go } from '../../route/useRoute.ts'
import { text } from '../../text/index.ts'
import type { ChannelDialogKind } from '../channels/ChannelDialog.tsx'
import { mayAdd, mayChangeRules, mayEdit, mayInviteByLink, mayLeave } from '../channels/rights.ts'
import { useOpenSearch } from './open-search.ts'
import type { PaletteEntry } from './palette-entry.ts'
import { useOpenSheet } from './sheets.ts'

type ChannelEntry = Omit<PaletteEntry, 'group'>

/** None until the channel is here. */
export function useChannelEntries(channel: ChannelView | undefined): ChannelEntry[] {
  const open = useOpenSheet()
  const openSearch = useOpenSearch()
  if (!channel) return []
  const { channelId, name, kind } = channel
  const words = text.frame.paletteChannel
  const keywords = text.frame.paletteKeywords
  const pane = (
    which: Exclude<Pane, 'thread'>,
    said: string,
    icon: ReactNode,
    also?: string[],
  ): ChannelEntry => ({
    id: `here ${which} ${said}`,
    words: said,
    keywords: also,
    icon,
    does: () => go({ place: 'channel', channelId, pane: which }),
  })
  const dialog = (
    which: ChannelDialogKind,
    said: string,
    icon: ReactNode,
    also?: string[],
  ): ChannelEntry => ({
    id: `here ${which} ${said}`,
    words: said,
    keywords: also,
    icon,
    // After the palette has given the focus back.
    does: () => setTimeout(() => open({ channelId, dialog: which })),
  })
  // Who may not change a rule reads there what it is, and who changes it.
  const rule = (said: string, icon: ReactNode, also: string[]): ChannelEntry =>
    mayChangeRules(channel) ? dialog('rules', said, icon, also) : pane('details', said, icon, also)
  return [
    pane('details', text.channels.details, <Info size={16} />, keywords.details),
    pane('members', words.members, <Shield size={16} />, keywords.members),
    ...(mayAdd(channel) ? [dialog('add', text.channels.addPeople, <UserRoundPlus size={16} />)] : []),
    ...(mayInviteByLink(channel)
      ? [dialog('link', words.inviteLink, <Link size={16} />, keywords.inviteLink)]
      : []),
    {
      id: 'here search',
      words: text.search.inThis,
      icon: <TextSearch size={16} />,
      does: () => setTimeout(() => openSearch(`in:"${name}" `)),
    },
    pane('pins', text.conversation.pins, <Pin size={16} />),
    ...(kind === 'direct'
      ? []
      : [
          rule(text.channels.retention, <Timer size={16} />, keywords.retention),
          rule(words.history, <Scale size={16} />, keywords.history),
          rule(text.channels.writers, <Scale size={16} />, keywords.writers),
        ]),
    ...(mayEdit(channel) ? [dialog('edit', text.channels.edit, <Pencil size={16} />)] : []),
    dialog('export', words.exportThis, <Download size={16} />, keywords.export),
    ...(mayEdit(channel) && !channel.archived
      ? [dialog('archive', text.channels.archive, <Archive size={16} />)]
      : []),
    ...(mayLeave(channel) ? [dialog('leave', text.channels.leave, <LogOut size={16} />)] : []),
  ]
}
