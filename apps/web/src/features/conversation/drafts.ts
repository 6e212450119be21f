/**
 * What was typed and attached and not sent, per channel and thread, until the page closes: in memory only, since a browser's storage
 * is plain text on disk. There is one draft for a place, and it changes in steps from what it is, so that no change is lost to another.
 */
import type { ChannelId, Seq } from '@reforms/protocol'
import { useSyncExternalStore } from 'react'
import type { Attachment } from './attachments.ts'

export interface Draft {
  text: string
  files: Attachment[]
  /** The message that it replies to. */
  answers?: { seq: Seq; author: string; words: string }
}

/** A channel's, or that of one of its threads. */
export interface DraftPlace {
  channelId: ChannelId
  thread?: Seq | undefined
}

export type DraftStep = (draft: Draft) => Draft

const EMPTY: Draft = { text: '', files: [] }
const drafts = new Map<string, Draft>()
const listeners = new Set<() => void>()
let signOuts = 0
const keyOf = ({ channelId, thread }: DraftPlace) => `${channelId}/${thread ?? ''}`

export function readDraft(place: DraftPlace): Draft {
  return drafts.get(keyOf(place)) ?? EMPTY
}

export function isEmpty({ text, files }: Draft): boolean {
  return text.trim() === '' && files.length === 0
}

export function changeDraft(place: DraftPlace, step: DraftStep): Draft {
  const next = step(readDraft(place))
  if (next.text === '' && next.files.length === 0 && !next.answers) drafts.delete(keyOf(place))
  else drafts.set(keyOf(place), next)
  for (const listener of listeners) listener()
  return next
}

/** What could not be sent, before what was begun meanwhile: neither is lost. */
export function putBack(refused: Draft): DraftStep {
  return (now) => {
    if (isEmpty(now)) return refused
    const answers = now.answers ?? refused.answers
    return {
      text: [refused.text, now.text].filter((words) => words !== '').join('\n'),
      files: [...refused.files, ...now.files],
      ...(answers ? { answers } : {}),
    }
  }
}

/** When somebody signs out. */
export function forgetDrafts(): void {
  signOuts += 1
  drafts.clear()
}

/** For what is ready only later: false once somebody has signed out, since the next person must not find it. */
export function whileSignedIn(): () => boolean {
  const then = signOuts
  return () => then === signOuts
}

/** Told of every change of a draft. */
export function watchDrafts(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** A field's view of its draft. It also sees what comes from a field that was there before, as a recording that ended with it. */
export function useDraft(place: DraftPlace): [Draft, (step: DraftStep) => void] {
  const draft = useSyncExternalStore(watchDrafts, () => readDraft(place))
  return [draft, (step) => changeDraft(place, step)]
}
