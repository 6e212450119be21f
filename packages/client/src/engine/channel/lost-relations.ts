/**
 * What is sent again after the server's log has lost its end may relate to what was lost with it, and there that has another
 * place now, or none. Words are sent all the same; edits are folded into what they changed. SPEC.md, LOG-8, REL-1.
 */
import { encodeContent, knownContent, type MessageContent } from '@reforms/crypto'
import type { ClientId } from '@reforms/protocol'
import { saidOf } from './said.ts'

export interface SentAgain {
  clientId: ClientId
  content: Uint8Array
  relatesTo: number | undefined
}

/** In the order in which they were said; `shared` is the last entry that both logs have. */
export function withoutLostRelations<T extends SentAgain>(sent: readonly T[], shared: number): T[] {
  const kept = new Map<ClientId, T>()
  for (const item of sent) {
    const content = knownContent(item.content)
    if (!content || !('to' in content) || content.to.seq <= shared) {
      kept.set(item.clientId, item)
      continue
    }
    if (content.type === 'edit') foldEdit(kept, content)
    const alone = onItsOwn(content)
    if (alone) kept.set(item.clientId, { ...item, content: encodeContent(alone), relatesTo: undefined })
  }
  return [...kept.values()]
}

/** One's own message gets its newest text before it is sent again. */
function foldEdit<T extends SentAgain>(
  kept: Map<ClientId, T>,
  { to, text }: Extract<MessageContent, { type: 'edit' }>,
): void {
  const target = kept.get(to.clientId)
  const said = target && saidOf(knownContent(target.content))
  if (target && said) kept.set(to.clientId, { ...target, content: encodeContent({ ...said, text }) })
}

/** An answer to what was lost stands for itself. A reaction or a pin says nothing without it. */
function onItsOwn(content: MessageContent): MessageContent | undefined {
  if (content.type !== 'reply' && content.type !== 'thread') return undefined
  const { text, files, sent, sentAt } = content
  return { type: 'text', text, ...(files ? { files } : {}), sent, sentAt }
}
