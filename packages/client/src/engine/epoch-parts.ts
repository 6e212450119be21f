/**
 * An epoch record in the vault: one vault record or, where a large roster makes it too large for one, several that each hold a part
 * of its bytes. SPEC.md, EPO-2 and VLT-7.
 */
import type { ChannelId, Epoch, Generation } from '@reforms/protocol'
import type { Database } from '../ports.ts'

/** With its padding and name a part stays under the 64 KiB of a vault record. */
export const PART_BYTES = 48 * 1024

export interface NamedContent {
  readonly name: string
  readonly content: Uint8Array
}

export function epochName(
  channelId: ChannelId,
  { generation, epoch }: { generation: Generation; epoch: Epoch },
): string {
  return `epoch/${channelId}/${generation}/${epoch}`
}

/** `<name>`, or `<name>/1of3` to `<name>/3of3`. */
export function partsOf({ name, content }: NamedContent): NamedContent[] {
  if (content.length <= PART_BYTES) return [{ name, content }]
  const count = Math.ceil(content.length / PART_BYTES)
  return Array.from({ length: count }, (_, index) => ({
    name: `${name}/${index + 1}of${count}`,
    content: content.slice(index * PART_BYTES, (index + 1) * PART_BYTES),
  }))
}

/** The whole of which a stored vault record is a part, once all parts are there. `stored` must hold the part already. */
export function wholeOf(stored: Database, part: NamedContent): Uint8Array | undefined {
  const [, name, count] = /^(epoch\/[^/]+\/\d+\/\d+)\/\d+of(\d+)$/.exec(part.name) ?? []
  if (name === undefined) return part.content
  const names = Array.from({ length: Number(count) }, (_, index) => `${name}/${index + 1}of${count}`)
  const parts = names.map((each) => contentOf(stored, each))
  return parts.every((content) => content !== undefined) ? concatenated(parts) : undefined
}

function contentOf(stored: Database, name: string): Uint8Array | undefined {
  const [row] = stored.all('SELECT content FROM vault_record WHERE name = ?', [name])
  return row?.['content'] as Uint8Array | undefined
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
