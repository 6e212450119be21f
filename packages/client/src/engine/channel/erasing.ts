/**
 * Orders to erase: which entries a valid redaction names. The author's own devices and the moderators of the channel's policy may
 * give one; an entry that the server gives without its payload and without such an order is withheld. SPEC.md, LOG-14 and LOG-16.
 */
import { CryptoError, policyOf, verifyRedaction } from '@reforms/crypto'
import type { ChannelId, Entry } from '@reforms/protocol'
import { proofOf } from '../account/leaf-proofs.ts'
import { sameBytes } from '../bytes.ts'
import type { Context } from '../context.ts'
import { eraseEntry, readEntry, readRedactions, readWithheld } from '../tables/entries.ts'
import { readEpoch } from '../tables/epochs.ts'
import { loadGroup } from './group-store.ts'
import { proveSigners, signerOf } from './reading.ts'

type Order = Pick<Entry, 'channelId' | 'generation' | 'epoch' | 'sender' | 'relatesTo' | 'payload'>
type Target = Pick<Entry, 'channelId' | 'seq' | 'generation' | 'epoch' | 'sender' | 'clientId'>

/**
 * The entries that a batch erases: those that its orders name, in it or stored here, and those of its own that an order which is
 * stored here names.
 */
export async function erasedBy(context: Context, batch: readonly Entry[]): Promise<number[]> {
  const [first, last] = [batch[0], batch.at(-1)]
  if (!first || !last) return []
  const { channelId } = first
  const stored = readRedactions(context.database, channelId, [first.seq, last.seq])
  const targetOf = ({ relatesTo = 0 }: Order) =>
    batch.find(({ seq }) => seq === relatesTo) ?? readEntry(context.database, channelId, relatesTo)
  return verifiedOf(context, [...batch.filter(({ kind }) => kind === 'redaction'), ...stored], targetOf)
}

/** An order about a message that is here, which nobody has signed who may: not one that cannot be judged yet. */
export function isRefusedOrder(context: Context, order: Entry, erased: readonly number[]): boolean {
  const { channelId, kind, relatesTo, generation, epoch } = order
  if (kind !== 'redaction' || relatesTo === undefined || erased.includes(relatesTo)) return false
  const target = readEntry(context.database, channelId, relatesTo)
  if (!target || target.state === 'erased') return false
  const signer = signerOf(context, order)
  if (!signer) return readEpoch(context.database, channelId, generation, epoch) !== undefined
  return proofOf(context, signer) !== 'unknown'
}

/** After keys have come: orders that could not be checked before. */
export async function eraseWithheld(context: Context, channelId: ChannelId): Promise<void> {
  const { database } = context
  const orders = readWithheld(database, channelId).flatMap(({ seq }) =>
    readRedactions(database, channelId, [seq, seq]),
  )
  if (orders.length === 0) return
  await proveSigners(context, orders)
  const erased = await verifiedOf(context, orders, ({ relatesTo = 0 }) =>
    readEntry(database, channelId, relatesTo),
  )
  if (erased.length === 0) return
  database.transaction(() => erased.forEach((seq) => eraseEntry(database, channelId, seq)))
  context.channelChanged(channelId)
}

async function verifiedOf(
  context: Context,
  orders: readonly Order[],
  targetOf: (order: Order) => Target | undefined,
): Promise<number[]> {
  const seqs: number[] = []
  for (const order of orders) {
    const target = targetOf(order)
    if (target && (await isValid(context, order, target))) seqs.push(target.seq)
  }
  return seqs
}

async function isValid(context: Context, order: Order, target: Target): Promise<boolean> {
  const signer = signerOf(context, order)
  if (!order.payload || !signer || proofOf(context, signer) !== 'proven') return false
  const isAuthor = order.sender === target.sender || signerOf(context, target)?.userId === signer.userId
  if (!isAuthor && !isModerator(context, target.channelId, signer.identityKey)) return false
  try {
    const named = await verifyRedaction(signer.signatureKey, order.payload)
    return (
      named.channelId === target.channelId && named.seq === target.seq && named.clientId === target.clientId
    )
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error
    return false
  }
}

function isModerator(context: Context, channelId: ChannelId, identityKey: Uint8Array): boolean {
  const group = loadGroup(context, channelId)
  return group !== undefined && policyOf(group).moderators.some((key) => sameBytes(key, identityKey))
}
