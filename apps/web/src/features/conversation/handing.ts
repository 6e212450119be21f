/** Hands a message over to the engine, which shows it at once. For the composer and its voice messages. */
import type { Engine } from '@reforms/client'
import type { Seq } from '@reforms/protocol'
import { inOrder } from './attachments.ts'
import type { Draft, DraftPlace } from './drafts.ts'

export async function hand(
  engine: Engine,
  place: DraftPlace,
  draft: Draft,
  inChannel: boolean,
): Promise<void> {
  const { channelId, thread } = place
  const files = await inOrder(draft.files)
  const answers = answersOf(thread, inChannel, draft)
  const message = { channelId, text: draft.text.trim(), files, ...(answers ? { answers } : {}) }
  await engine.send('message.send', message)
}

export function answersOf(thread: Seq | undefined, inChannel: boolean, { answers }: Draft) {
  if (thread !== undefined) return { as: 'thread' as const, seq: thread, inChannel }
  return answers ? { as: 'reply' as const, seq: answers.seq } : undefined
}
