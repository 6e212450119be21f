/** What can be done with a message, and by which key: one list for the buttons, the menu and the keyboard. */
import type { ChannelId } from '@reforms/protocol'
import { useState } from 'react'
import { hashOf } from '../../route/route.ts'
import { text } from '../../text/index.ts'
import { useTeller } from '../../ui/Toasts.tsx'
import { useEngine } from '../../watch/engine.tsx'
import {
  COPY_KEY,
  DELETE_KEY,
  EDIT_KEY,
  FORWARD_KEY,
  LINK_KEY,
  PIN_KEY,
  QUOTE_KEY,
  REMIND_KEY,
  REPLY_KEY,
  SAVE_KEY,
  THREAD_KEY,
} from '../frame/shortcuts.ts'
import { useActs, type MessageItem } from './acts.ts'

export type ActionName =
  'reply' | 'thread' | 'edit' | 'pin' | 'forward' | 'quote' | 'link' | 'copy' | 'save' | 'remind' | 'delete'

export interface MessageAction {
  name: ActionName
  words: string
  key: string
  act: () => void
}

export interface MessageActions {
  actions: MessageAction[]
  /** Undefined where nobody can react: it is on its way, or one may not write. */
  react: ((emoji: string) => void) | undefined
  dialog: 'delete' | 'forward' | 'remind' | undefined
  closeDialog: () => void
}

interface Place {
  channelId: ChannelId
  mayWrite: boolean
  /** Also otherwise than by a reaction, or in a thread. */
  mayPost: boolean
  inThread: boolean
}

export function useMessageActions(message: MessageItem, place: Place): MessageActions {
  const engine = useEngine()
  const acts = useActs()
  const { tell, tellProblem } = useTeller()
  const [dialog, setDialog] = useState<'delete' | 'forward' | 'remind'>()
  const { channelId, mayWrite, mayPost, inThread } = place
  const { seq } = message
  const copy = (words: string, done: string) =>
    void navigator.clipboard.writeText(words).then(() => tell(done), tellProblem)
  const actions: MessageAction[] = []
  const add = (when: boolean, name: ActionName, words: string, key: string, act: () => void) => {
    if (when) actions.push({ name, words, key, act })
  }
  const isSent = seq !== undefined && message.state === 'sent' && !message.redacted
  const canWrite = isSent && mayWrite
  const canPost = canWrite && mayPost
  if (isSent) {
    const root = message.answers?.thread ? message.answers.seq : seq
    const isEditable = message.mine && !message.forwarded && !message.poll
    const link = () => `${location.origin}${location.pathname}${hashOf({ place: 'channel', channelId, seq })}`
    const pinned = message.pinned ?? false
    const pin = () => void engine.send('message.pin', { channelId, seq, on: !pinned }).catch(tellProblem)
    add(canPost && !inThread, 'reply', text.conversation.reply, REPLY_KEY, () => acts.reply(message))
    add(canWrite && !inThread, 'thread', text.conversation.answerInThread, THREAD_KEY, () =>
      acts.openThread(root),
    )
    add(canWrite && isEditable, 'edit', text.conversation.edit, EDIT_KEY, () => acts.edit(message.key))
    add(canPost, 'pin', pinned ? text.conversation.unpin : text.conversation.pin, PIN_KEY, pin)
    add(true, 'forward', text.conversation.forward, FORWARD_KEY, () => setDialog('forward'))
    add(canPost && message.text !== '', 'quote', text.conversation.quote, QUOTE_KEY, () =>
      acts.quote(message),
    )
    const isSaved = acts.saved.has(seq)
    add(true, 'save', isSaved ? text.personal.unsave : text.personal.save, SAVE_KEY, () =>
      acts.save(seq, !isSaved),
    )
    add(true, 'remind', text.personal.remindMe, REMIND_KEY, () => setDialog('remind'))
    add(true, 'link', text.conversation.copyLink, LINK_KEY, () => copy(link(), text.conversation.linkCopied))
  }
  add(message.text !== '', 'copy', text.conversation.copyText, COPY_KEY, () =>
    copy(message.text, text.ui.copied),
  )
  add(canWrite && message.mine, 'delete', text.conversation.delete, DELETE_KEY, () => setDialog('delete'))
  const react = (emoji: string) => {
    const mine = message.reactions?.some((reaction) => reaction.emoji === emoji && reaction.mine) ?? false
    if (seq !== undefined)
      void engine.send('message.react', { channelId, seq, emoji, on: !mine }).catch(tellProblem)
  }
  return { actions, react: canWrite ? react : undefined, dialog, closeDialog: () => setDialog(undefined) }
}
