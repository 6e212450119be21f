/** The organisation's own emoji (SPEC.md, EMO-*): pictures that everybody here sees. What a message says with them, the server does not learn. */
import {
  limits,
  pictureFacts,
  ProtocolError,
  type EmojiId,
  type Input,
  type NamedEmoji,
} from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import type { Handlers } from '../../ports/call.ts'
import { callerOf } from '../caller.ts'
import { inTransaction } from '../transaction.ts'

const list: Handlers['emoji.list'] = async (_input, { services: { sql } }) => {
  const emoji = await sql<NamedEmoji[]>`select emoji_id as "emojiId", name from emoji order by name`
  return { emoji: [...emoji] }
}

const read: Handlers['emoji.read'] = async ({ emojiIds }, { services: { sql } }) => {
  const rows = await sql<{ emojiId: EmojiId; picture: Buffer }[]>`
    select emoji_id as "emojiId", picture from emoji where emoji_id = any(${emojiIds}::uuid[])`
  return { pictures: rows.map(({ emojiId, picture }) => ({ emojiId, picture: new Uint8Array(picture) })) }
}

/** EMO-2: throws 'invalid-input' of what is no picture, or a large one, by its first bytes. */
function demandPicture(picture: Uint8Array): void {
  const facts = pictureFacts(picture)
  const refuse = (problem: string): never => {
    throw new ProtocolError('invalid-input', { path: '/picture', problem })
  }
  if (!facts) return refuse('must be a PNG, WebP or GIF')
  const side = Math.max(facts.width, facts.height)
  if (side > limits.EMOJI_SIDE_MAX_PIXELS || Math.min(facts.width, facts.height) < 1)
    refuse(`must be 1 to ${limits.EMOJI_SIDE_MAX_PIXELS} pixels a side`)
}

/** Throws 'already-exists', 'name-taken' and 'too-many'. */
async function demandRoom(
  transaction: TransactionSql,
  { emojiId, name }: Pick<Input<'emoji.add'>, 'emojiId' | 'name'>,
): Promise<void> {
  await transaction`lock table emoji in share row exclusive mode`
  const [row] = await transaction<{ count: number; there: boolean; taken: boolean }[]>`
    select count(*)::int as count, coalesce(bool_or(emoji_id = ${emojiId}), false) as there,
      coalesce(bool_or(name = ${name}), false) as taken
    from emoji`
  if (row?.there) throw new ProtocolError('already-exists')
  if (row?.taken) throw new ProtocolError('name-taken')
  if ((row?.count ?? 0) >= limits.EMOJI_MAX) throw new ProtocolError('too-many')
}

const add: Handlers['emoji.add'] = async ({ emojiId, name, picture }, call) => {
  const { sql, bus, audit, clock } = call.services
  demandPicture(picture)
  await inTransaction(sql, async (transaction) => {
    await demandRoom(transaction, { emojiId, name })
    await transaction`
      insert into emoji (emoji_id, name, picture, added_at)
      values (${emojiId}, ${name}, ${Buffer.from(picture)}, ${new Date(clock())})`
    await audit(transaction, { action: 'emoji.added', actor: callerOf(call).userId, subject: name })
  })
  bus.toEveryone({ type: 'emoji' })
  return {}
}

const remove: Handlers['emoji.remove'] = async ({ emojiId }, call) => {
  const { sql, bus, audit } = call.services
  await inTransaction(sql, async (transaction) => {
    const [gone] = await transaction<{ name: string }[]>`
      delete from emoji where emoji_id = ${emojiId} returning name`
    if (!gone) throw new ProtocolError('not-found')
    await audit(transaction, { action: 'emoji.removed', actor: callerOf(call).userId, subject: gone.name })
  })
  bus.toEveryone({ type: 'emoji' })
  return {}
}

export const emojiHandlers = {
  'emoji.list': list,
  'emoji.read': read,
  'emoji.add': add,
  'emoji.remove': remove,
} satisfies Partial<Handlers>
