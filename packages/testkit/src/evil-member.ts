/**
 * A member who keeps to no rule: with the keys and the session of a client's database it says and asks what no client of ours
 * would. For tests of what the others make of it. docs/threat-model.md, "A malicious member".
 */
import type { Database } from '@reforms/client'
import type { GatewayTransport } from '@reforms/client/adapters'
import {
  decodeEpochRecord,
  encryptMessage,
  epochOf,
  sealEnvelope,
  verifyAccountStatement,
  verifyDeviceList,
  type EnvelopeBody,
  type ListedDevice,
  type MessageContent,
  type MlsGroup,
} from '@reforms/crypto'
import {
  encodeCbor,
  uuidV7,
  type ChannelId,
  type ClientId,
  type CommitPayload,
  type Input,
  type Seq,
  type UserId,
} from '@reforms/protocol'
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { OldState } from './old-state.ts'

const random = (length: number) => new Uint8Array(randomBytes(length))
const newClientId = () => uuidV7(Date.now(), random(10)) as ClientId

export interface Words {
  readonly clientId?: ClientId
  readonly relatesTo?: Seq
  readonly notify?: UserId[]
}

export class EvilMember {
  readonly transport: GatewayTransport
  readonly #database: Database
  readonly #state: OldState

  constructor(database: Database, serverUrl: string) {
    this.#database = database
    this.#state = new OldState(database)
    this.transport = this.#state.transport(serverUrl)
  }

  /** What a message says besides its words, as an honest one would. */
  honest(): Pick<MessageContent, 'sent' | 'sentAt'> {
    return { sent: { seq: 0, head: new Uint8Array(32) }, sentAt: Date.now() }
  }

  /** Sends any content, well encrypted and signed: bytes as they are, anything else as CBOR. */
  async say(channelId: ChannelId, content: unknown, words: Words = {}): Promise<Seq> {
    return (await this.transport.call('log.append', await this.message(channelId, content, words), 'http'))
      .seq
  }

  async message(channelId: ChannelId, content: unknown, words: Words = {}): Promise<Input<'log.append'>> {
    const [row] = this.#database.all(
      'SELECT record FROM epoch WHERE channel_id = ? ORDER BY generation DESC, epoch DESC LIMIT 1',
      [channelId],
    )
    const record = decodeEpochRecord(row?.['record'] as Uint8Array)
    const { deviceId, signature: signatureKey } = this.#state.keys
    const clientId = words.clientId ?? newClientId()
    const place = { channelId, generation: record.generation, clientId, ...words }
    const encoded = content instanceof Uint8Array ? content : encodeCbor(content)
    const { secret: epochSecret, epochId } = record
    const encrypted = { ...place, epochSecret, epochId, deviceId, signatureKey, content: encoded }
    return { ...place, epoch: record.epoch, payload: await encryptMessage(encrypted, random) }
  }

  /** Commits in its turn, which it waits for, what is made of the group that it is in. */
  async commit(
    channelId: ChannelId,
    make: (group: MlsGroup) => Promise<{ commit: Uint8Array; groupInfo: Uint8Array }>,
  ): Promise<Seq> {
    const group = this.#state.group(channelId)
    if (!group) throw new Error('not in this channel')
    const { commit, groupInfo } = await make(group)
    const { generation, epoch } = epochOf(group)
    const payload = encodeCbor({ type: 'commit', commit } satisfies CommitPayload)
    const place = {
      channelId,
      clientId: newClientId(),
      turnId: await this.#turn(channelId),
      generation,
      epoch,
    }
    return (await this.transport.call('log.commit', { ...place, payload, groupInfo }, 'http')).seq
  }

  async #turn(channelId: ChannelId): Promise<ClientId> {
    for (;;) {
      const { granted, turnId, retryAfterMs } = await this.transport.call('turn.take', { channelId }, 'http')
      if (granted && turnId) return turnId
      await sleep(Math.max(retryAfterMs, 50))
    }
  }

  /** The devices of somebody, as the directory names them. */
  async devicesOf(userId: UserId): Promise<readonly ListedDevice[]> {
    const { documents } = await this.transport.call('directory.read', { userIds: [userId] }, 'http')
    const statement = await verifyAccountStatement(documents[0]!.account)
    return (await verifyDeviceList(documents[0]!.devices, statement)).devices
  }

  /** Leaves the same envelope so many times; tells how many were taken. */
  async post(recipient: ListedDevice, body: EnvelopeBody, times: number): Promise<number> {
    const payload = await sealEnvelope({ recipient, sender: this.#state.keys, body })
    const envelopes = Array.from({ length: times }, () => ({ deviceId: recipient.deviceId, payload }))
    return (await this.transport.call('mailbox.send', { envelopes }, 'http')).delivered
  }
}
