import { encodeCbor, type BlobId, type ClientId } from '@reforms/protocol'
import { describe, expect, it } from 'vitest'
import {
  decodeContent,
  encodeContent,
  knownContent,
  type FileReference,
  type MessageContent,
} from './content.ts'
import { code, seeded, uuid } from './testing.ts'

const random = seeded(12)
const sent = { seq: 3, head: random(32) }
const file: FileReference = {
  blobId: uuid<BlobId>(1),
  name: 'plan.png',
  mediaType: 'image/png',
  size: 1234,
  key: random(32),
  hash: random(32),
  width: 10,
  height: 20,
  thumbnail: random(100),
}
const to = { seq: 2, clientId: uuid<ClientId>(7) }
const text: MessageContent = { type: 'text', text: 'Grüße, 東京 🚲', files: [file], sent, sentAt: 1 }

function decode(value: unknown): Promise<string> {
  return code((async () => decodeContent(encodeCbor(value)))())
}

describe('message content', () => {
  it('comes back as it was', () => {
    const contents: MessageContent[] = [
      text,
      { type: 'text', text: '', sent, sentAt: 0 },
      { type: 'settings', name: 'board', topic: 'quarterly', sent, sentAt: 2 },
      { type: 'reply', to, text: 'yes', files: [file], sent, sentAt: 3 },
      { type: 'thread', to, text: 'yes', inChannel: false, sent, sentAt: 3 },
      { type: 'edit', to, text: 'no', sent, sentAt: 4 },
      { type: 'reaction', to, emoji: '👩‍⚕️', on: true, sent, sentAt: 5 },
      { type: 'pin', to, on: true, sent, sentAt: 6 },
      { type: 'forward', text: '', files: [file], author: uuid(8), writtenAt: 1, sent, sentAt: 7 },
    ]
    for (const content of contents) expect(decodeContent(encodeContent(content))).toEqual(content)
  })

  it('is refused beyond its caps, with unknown fields, of unknown types', async () => {
    const refused: unknown[] = [
      { ...text, type: 'unknown' },
      { ...text, extra: 1 },
      { ...text, text: 'x'.repeat(40_001) },
      { ...text, files: Array.from({ length: 11 }, () => file) },
      { ...text, files: [{ ...file, key: random(31) }] },
      { ...text, files: [{ ...file, size: -1 }] },
      { ...text, files: [{ ...file, thumbnail: random(9000) }] },
      { ...text, sentAt: 1.5 },
      { ...text, sent: { seq: 1, head: random(31) } },
      { type: 'settings', name: 'x'.repeat(81), topic: '', sent, sentAt: 1 },
      null,
      [],
      'text',
    ]
    for (const value of refused) expect(await decode(value)).toBe('malformed')
    expect(await decode({ ...text, text: 'x'.repeat(300_000) })).toBe('too-large')
    expect(await decode(text)).toBe('accepted')
  })

  it('MSG-2: is refused in any encoding but the one', async () => {
    const bytes = encodeContent({ type: 'text', text: '', sent, sentAt: 0 })
    const trailing = Uint8Array.from([...bytes, 0])
    expect(await code((async () => decodeContent(trailing))())).toBe('malformed')
    const prototype = Uint8Array.from([0xa1, 0x69, ...new TextEncoder().encode('__proto__'), 0xa0])
    expect(await code((async () => decodeContent(prototype))())).toBe('malformed')
    const deep = new Uint8Array(200_000).fill(0x81)
    expect(await code((async () => decodeContent(deep))())).toBe('malformed')
  })
  it('MSG-8: is what this version cannot show where it does not know it, and never an error', () => {
    expect(knownContent(encodeContent(text))).toEqual(text)
    expect(knownContent(encodeCbor({ ...text, type: 'poll' }))).toBeUndefined()
    expect(knownContent(Uint8Array.of(0xff))).toBeUndefined()
    expect(knownContent(new Uint8Array(300_000))).toBeUndefined()
  })
})
