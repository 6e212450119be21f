import { encodeContent, FIRST_HEAD, knownContent, type MessageContent } from '@reforms/crypto'
import type { ClientId } from '@reforms/protocol'
import { expect, it } from 'vitest'
import { withoutLostRelations } from './lost-relations.ts'

const clientId = (number: number) => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}` as ClientId
const envelope = { sent: { seq: 1, head: FIRST_HEAD }, sentAt: 1 }
const to = (seq: number) => ({ seq, clientId: clientId(seq) })

function sent(number: number, content: object, relatesTo?: number) {
  const whole = { ...content, ...envelope } as unknown as MessageContent
  return { clientId: clientId(number), content: encodeContent(whole), relatesTo }
}

it('LOG-8, REL-1: what relates to what was lost is sent for itself, folded in or not at all; the rest as it was', () => {
  const stays = sent(11, { type: 'reaction', to: to(5), emoji: '👍', on: true }, 5)
  const items = [
    sent(10, { type: 'text', text: 'Room 7' }),
    stays,
    sent(12, { type: 'edit', to: to(10), text: 'Room 8' }, 10),
    sent(13, { type: 'reply', to: to(9), text: 'To what is gone' }, 9),
    sent(14, { type: 'reaction', to: to(9), emoji: '👍', on: true }, 9),
    sent(15, { type: 'edit', to: to(9), text: 'Of nobody here' }, 9),
  ]
  const again = withoutLostRelations(items, 8)
  expect(again.map((item) => item.clientId)).toEqual([10, 11, 13].map(clientId))
  expect(again[1]).toBe(stays)
  expect([again[0], again[2]].map((item) => knownContent(item!.content))).toEqual([
    { type: 'text', text: 'Room 8', ...envelope },
    { type: 'text', text: 'To what is gone', ...envelope },
  ])
  expect(again[2]?.relatesTo).toBeUndefined()
})
