/**
 * Orders to erase: which entries a valid redaction names. The author's own devices and the moderators of the channel's policy may
 * give one; an entry that the server gives without its payload and without such an order is withheld. SPEC.md, LOG-14 and LOG-16.
 */
import {
  CryptoError,
  policyOf,
  verifyRedaction,
  type Redaction,
  type RedactionWithEdits,
} from '@reforms/crypto'
import type { ChannelId, ClientId, Entry } from '@reforms/protocol'
import { proofOf } from '../account/leaf-proofs.ts'
import { sameBytes } from '../bytes.ts'
import type { Context } from '../context.ts'
import { readEntry, readRedactions, readWithheld } from '../tables/entries.ts'
import { readEpoch } from '../tables/epochs.ts'
import type { LeafKeys } from '../tables/proven-leaves.ts'
import type { Erased } from '../tables/relations.ts'
import { eraseRelated } from './changed-relations.ts'
import { loadGroup } from './group-store.ts'
import { proveSigners } from './reading.ts'
import { signerOf } from './signer.ts'

type Order = Pick<Entry, 'channelId' | 'generation' | 'epoch' | 'sender' | 'relatesTo' | 'payload'>
type Target = Pick<
  Entry,
  'channelId' | 'seq' | 'kind' | 'generation' | 'epoch' | 'sender' | 'clientId' | 'relatesTo'
>

/**
 * The entries that a batch erases: those that its orders name, in it or stored here, and those of its own that an order which is
 * stored here names. An order names a message and its edits: each is judged by itself (REL-7).
 */
export async function erasedBy(context: Context, batch: readonly Entry[]): Promise<Erased[]> {
  const [first, last] = [batch[0], batch.at(-1)]
  if (!first || !last) return []
  const { channelId } = first
  const stored = readRedactions(context.database, channelId, [first.seq, last.seq])
  const ofEdits = batch.flatMap((entry) => ordersAbout(context, entry, first.seq))
  const orders = [...batch.filter(({ kind }) => kind === 'redaction'), ...stored, ...ofEdits]
  return verifiedOf(
    context,
    orders,
    (seq) => batch.find((entry) => entry.seq === seq) ?? readEntry(context.database, channelId, seq),
  )
}

/** An edit without payload may have gone with a message that lies before everything that is here. */
function ordersAbout({ database }: Context, entry: Entry, first: number): Order[] {
  const { channelId, kind, payload, relatesTo } = entry
  if (kind !== 'message' || payload || relatesTo === undefined || relatesTo >= first) return []
  return readRedactions(database, channelId, [relatesTo, relatesTo])
}

/** An order about a message that is here, which nobody has signed who may: not one that cannot be judged yet. */
export function isRefusedOrder(context: Context, order: Entry, erased: readonly Erased[]): boolean {
  const { channelId, kind, relatesTo, generation, epoch } = order
  if (kind !== 'redaction' || relatesTo === undefined) return false
  if (erased.some(({ seq }) => seq === relatesTo)) return false
  const target = readEntry(context.database, channelId, relatesTo)
  if (!target || target.state === 'erased') return false
  const signer = signerOf(context, order)
  if (!signer) return readEpoch(context.database, channelId, generation, epoch) !== undefined
  return proofOf(context, signer) !== 'unknown'
}

/** After keys have come: orders that could not be checked before. */
export async function eraseWithheld(context: Context, channelId: ChannelId): Promise<void> {
  const { database } = context
  const orders = readWithheld(database, channelId).flatMap(({ seq, relatesTo = seq }) => [
    ...readRedactions(database, channelId, [seq, seq]),
    ...(relatesTo === seq ? [] : readRedactions(database, channelId, [relatesTo, relatesTo])),
  ])
  if (orders.length === 0) return
  await proveSigners(context, orders)
  const erased = await verifiedOf(context, orders, (seq) => readEntry(database, channelId, seq))
  if (erased.length === 0) return
  database.transaction(() => erased.forEach((one) => eraseRelated(context, channelId, one)))
  context.channelChanged(channelId)
}

async function verifiedOf(
  context: Context,
  orders: readonly Order[],
  entryAt: (seq: number) => Target | undefined,
): Promise<Erased[]> {
  const erased: Erased[] = []
  for (const order of orders) {
    const signer = signerOf(context, order)
    const named = await namedBy(context, order)
    if (!signer || !named) continue
    for (const subject of subjectsOf(named)) {
      const target = entryAt(subject.seq)
      if (target && fits(subject, target) && mayErase(context, order, target, signer)) {
        erased.push({ seq: subject.seq, stood: subject.stood })
      }
    }
  }
  return erased
}

/** What an order says, where its signature holds. */
async function namedBy(context: Context, order: Order) {
  const signer = signerOf(context, order)
  if (!order.payload || !signer || proofOf(context, signer) !== 'proven') return undefined
  try {
    const named = await verifyRedaction(signer.signatureKey, order.payload)
    return named.channelId === order.channelId && named.seq === order.relatesTo ? named : undefined
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error
    return undefined
  }
}

interface Subject extends Erased {
  clientId: ClientId
  /** The message of which it is an edit. */
  editOf?: number
}

function subjectsOf(named: Redaction | RedactionWithEdits): Subject[] {
  const { seq, clientId } = named
  if (!('stood' in named)) return [{ seq, clientId, stood: 'channel' }]
  const edits = (named.edits ?? []).map((edit) => ({ ...edit, stood: 'nowhere' as const, editOf: seq }))
  return [{ seq, clientId, stood: named.stood }, ...edits]
}

function fits({ clientId, editOf }: Subject, target: Target): boolean {
  if (target.clientId !== clientId) return false
  return editOf === undefined || (target.kind === 'message' && target.relatesTo === editOf)
}

function mayErase(context: Context, order: Order, target: Target, signer: LeafKeys): boolean {
  const isAuthor = order.sender === target.sender || signerOf(context, target)?.userId === signer.userId
  return isAuthor || isModerator(context, target.channelId, signer.identityKey)
}

function isModerator(context: Context, channelId: ChannelId, identityKey: Uint8Array): boolean {
  const group = loadGroup(context, channelId)
  return group !== undefined && policyOf(group).moderators.some((key) => sameBytes(key, identityKey))
}
