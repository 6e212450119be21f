/** What commands do, and which of them can be used in a conversation. */
import type { ChannelId } from '@reforms/protocol'
import { useState } from 'react'
import { go } from '../../../route/useRoute.ts'
import { text } from '../../../text/index.ts'
import { useTeller } from '../../../ui/Toasts.tsx'
import { useEngine, useQuery } from '../../../watch/engine.tsx'
import { mayAdd, mayEdit, mayLeave } from '../../channels/rights.ts'
import { useOpenSearch } from '../../frame/open-search.ts'
import { COMMANDS, formOf, readTyped, type CommandName } from './commands.ts'

export type OpenDialog = { kind: 'edit' | 'add' | 'leave' } | { kind: 'poll'; question: string }

export interface Commands {
  available: readonly CommandName[]
  dialog: OpenDialog | undefined
  closeDialog: () => void
  /** Undefined where none can be begun: polls stand in channels, not in threads. */
  beginPoll: ((question: string) => void) | undefined
  /** What of the words is to be sent; `kept` where they stay in the field, and nothing is sent. */
  read: (words: string) => { send: string } | 'done' | 'kept'
}

export function useCommands(channelId: ChannelId, inThread: boolean): Commands {
  const [dialog, setDialog] = useState<OpenDialog>()
  const channel = useQuery('channel', { channelId })
  const engine = useEngine()
  const openSearch = useOpenSearch()
  const { tell, tellProblem } = useTeller()
  const mayUse: Record<CommandName, boolean> = {
    poll: !inThread,
    topic: !inThread && channel !== undefined && mayEdit(channel),
    invite: !inThread && channel !== undefined && mayAdd(channel),
    members: !inThread,
    leave: !inThread && channel !== undefined && mayLeave(channel),
    search: true,
    code: true,
    spoiler: true,
  }
  const beginPoll = (question: string) => setDialog({ kind: 'poll', question })
  const setTopic = (topic: string) => {
    if (topic === '' || !channel) return setDialog({ kind: 'edit' })
    engine.send('channel.rename', { channelId, name: channel.name, topic }).catch(tellProblem)
  }
  const run = (name: CommandName, rest: string): 'done' | 'kept' => {
    switch (name) {
      case 'poll':
        beginPoll(rest)
        return 'done'
      case 'topic':
        setTopic(rest)
        return 'done'
      case 'invite':
        setDialog({ kind: 'add' })
        return 'done'
      case 'members':
        go({ place: 'channel', channelId, pane: 'members' })
        return 'done'
      case 'leave':
        setDialog({ kind: 'leave' })
        return 'done'
      case 'search':
        openSearch(rest === '' ? undefined : rest)
        return 'done'
      case 'code':
      case 'spoiler':
        tell(text.writing.commandNeedsWords(name))
        return 'kept'
    }
  }
  const read = (words: string) => {
    const typed = readTyped(words)
    if (typed.kind === 'words') return { send: typed.words }
    if (typed.kind === 'unknown') {
      tell(text.writing.commandUnknown(typed.name))
      return 'kept'
    }
    if (!mayUse[typed.name]) {
      tell(text.writing.commandNotHere(typed.name))
      return 'kept'
    }
    const form = formOf(typed.name, typed.rest)
    return form === undefined ? run(typed.name, typed.rest) : { send: form }
  }
  const available = COMMANDS.filter((name) => mayUse[name])
  return {
    available,
    dialog,
    closeDialog: () => setDialog(undefined),
    beginPoll: inThread ? undefined : beginPoll,
    read,
  }
}
