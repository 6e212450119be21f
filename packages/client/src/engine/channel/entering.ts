/** Coming into a group: by the Welcome of whoever took the turn, or by an external commit of one's own. SPEC.md, ENG-5. */
import {
  decodeEpochRecord,
  encodeCommitEvidence,
  encodeEpochRecord,
  encodeGroup,
  joinByWelcome,
  joinExternally,
  MlsRefused,
  welcomeKeyPackageRefs,
} from '@reforms/crypto'
import { encodeCbor, type ChannelId, type CommitPayload, type Envelope } from '@reforms/protocol'
import type { Context } from '../context.ts'
import { readChannel, saveReadSeq } from '../tables/channels.ts'
import { readKeyPackage, spendKeyPackage } from '../tables/key-packages.ts'
import { readEntry } from '../tables/entries.ts'
import { saveEpoch } from '../tables/epochs.ts'
import { savePendingCommit } from '../tables/pending-commits.ts'
import { ownDocuments } from '../account/documents.ts'
import { fetchForward } from './fetching.ts'
import { refusedGeneration } from './founded.ts'
import { storeGroup } from './group-store.ts'
import { demandKnownPeople } from './last-group.ts'
import { decodeCommitPayload } from './history.ts'
import { readWaitingAgain } from './reading.ts'

/** Applies a Welcome from the mailbox. What does not open is left: the device then enters externally. */
export async function enterByWelcome(context: Context, envelope: Envelope): Promise<void> {
  const { channelId, seq } = envelope
  if (!channelId || seq === undefined) return
  const row = readChannel(context.database, channelId)
  if (!row) return
  try {
    const keyPackages = welcomeKeyPackageRefs(envelope.payload).flatMap(
      (ref) => readKeyPackage(context.database, ref) ?? [],
    )
    const entered = await joinByWelcome({
      welcome: envelope.payload,
      keyPackages,
      device: context.requireKeys(),
    })
    if (row.log && !(await isInLog(context, channelId, seq, entered.record))) return
    await demandKnownPeople(context, channelId, entered.group)
    const newer = row.groupSeq === undefined || isNewer(entered.record, row)
    context.database.transaction(() => {
      // An epoch that this device was in and is no longer can still be read with its record.
      if (newer) storeGroup(context, channelId, { group: entered.group, record: entered.record, seq })
      else saveEpoch(context.database, channelId, entered.record, 'answer')
      spendKeyPackage(context.database, entered.keyPackageRef)
      if (!row.log) saveReadSeq(context.database, channelId, seq)
    })
    // The log may have been here before its key.
    await readWaitingAgain(context, channelId)
  } catch (error) {
    if (!(error instanceof MlsRefused)) throw error
    // Told twice, or for what this device had before its storage was erased: nothing that anybody has to look into.
    const level = error.code === 'no-key-package' ? 'info' : 'warn'
    context.ports.log[level]('a Welcome does not open', { code: error.code })
  }
}

/** Whether the log here has come to a commit that begins the very epoch that a Welcome leads to, in a generation that is followed. */
async function isInLog(
  context: Context,
  channelId: ChannelId,
  seq: number,
  { generation, epoch }: { generation: number; epoch: number },
): Promise<boolean> {
  if (!(await readUpTo(context, channelId, seq))) return false
  if (generation <= refusedGeneration(context, channelId)) return false
  const entry = readEntry(context.database, channelId, seq)
  // What lies before the first page that is here has not been fetched.
  if (!entry) return true
  const payload = decodeCommitPayload(entry.payload)
  return payload?.type === 'commit' && entry.generation === generation && entry.epoch + 1 === epoch
}

/** Brings what is here of the log up to an entry. False where the server does not give so much. */
async function readUpTo(context: Context, channelId: ChannelId, seq: number): Promise<boolean> {
  while ((readChannel(context.database, channelId)?.log?.seq ?? seq) < seq) {
    if (!(await fetchForward(context, channelId))) return false
  }
  return true
}

function isNewer(
  record: { generation: number; epoch: number },
  row: { generation: number; epoch: number },
): boolean {
  return (
    record.generation > row.generation || (record.generation === row.generation && record.epoch > row.epoch)
  )
}

/** Prepares an external commit and keeps it with the state that it leads to; sending is the channel work's. */
export async function prepareExternal(context: Context, channelId: ChannelId): Promise<void> {
  const group = await context.ports.transport.call('group.read', { channelId })
  await readUpTo(context, channelId, group.seq)
  const admissions = group.admission ? [group.admission] : []
  const entered = await joinExternally({
    groupInfo: group.groupInfo,
    tree: group.tree,
    device: context.requireKeys(),
    authenticatedData: encodeCommitEvidence({ admissions, proofs: [await ownDocuments(context)] }),
    now: context.now(),
  })
  await demandKnownPeople(context, channelId, entered.group)
  const payload: CommitPayload = { type: 'commit', commit: entered.commit }
  context.database.transaction(() =>
    savePendingCommit(context.database, {
      channelId,
      clientId: context.newClientId(),
      generation: group.generation,
      epoch: group.epoch,
      request: {
        operation: 'log.commit',
        payload: encodeCbor(payload),
        groupInfo: entered.groupInfo,
        external: true,
        newcomers: false,
      },
      groupState: encodeGroup(entered.group),
      // The record's leaves are checked when they are stored, by their encoding.
      record: decodeEpochRecord(encodeEpochRecord(entered.record)),
    }),
  )
}
