/** A group's name: the channel's 16 bytes, then the generation as a big-endian uint32. DESIGN.md, "Generations". */
import { uuidFromBytes, uuidToBytes, type ChannelId, type Epoch, type Generation } from '@reforms/protocol'
import { MlsRefused } from './refusal.ts'

const GROUP_ID_BYTES = 20

export interface GroupName {
  readonly channelId: ChannelId
  readonly generation: Generation
}

export interface EpochName extends GroupName {
  readonly epoch: Epoch
}

export function groupIdOf({ channelId, generation }: GroupName): Uint8Array {
  const groupId = new Uint8Array(GROUP_ID_BYTES)
  groupId.set(uuidToBytes(channelId))
  new DataView(groupId.buffer).setUint32(16, generation)
  return groupId
}

/** Throws MlsRefused 'wrong-group'. */
export function groupNameOf(groupId: Uint8Array): GroupName {
  if (groupId.length !== GROUP_ID_BYTES) throw new MlsRefused('wrong-group', 'a group id has 20 bytes')
  const generation = new DataView(groupId.buffer, groupId.byteOffset).getUint32(16)
  if (generation === 0) throw new MlsRefused('wrong-group', 'generations count from 1')
  return { channelId: uuidFromBytes(groupId.subarray(0, 16)) as ChannelId, generation }
}
