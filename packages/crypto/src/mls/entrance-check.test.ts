import type { ChannelId, ChannelPolicy } from '@reforms/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import { uuid } from '../testing.ts'
import { checkEntrance } from './entrance-check.ts'
import { createGroup } from './founding.ts'
import type { MlsGroup } from './group.ts'
import { bareCommit } from './testing-commit.ts'
import { commitIn, foundChannel, groupOf, joinIn, type TestChannel } from './testing-channel.ts'
import { admit, CHANNEL, NOW, person, policyWith, refusal, type Person } from './testing.ts'
import { encodeMessage } from './wire.ts'
import { policyExtensions } from './policy-extension.ts'

describe('a group that a device is let into, as it knew it before', () => {
  let anna: Person, ben: Person, cleo: Person
  let channel: TestChannel
  let last: MlsGroup

  beforeEach(async () => {
    ;[anna, ben, cleo] = await Promise.all([person(1), person(2), person(3)])
    channel = await foundChannel(anna.devices[0]!, privately())
    const admissions = [await admit(anna.devices[0]!, ben)]
    await commitIn(channel, anna.devices[0]!, {
      adds: [{ person: ben, device: ben.devices[0]! }],
      admissions,
    })
    last = groupOf(channel, ben.devices[0]!)
  })

  const privately = (changes: Parameters<typeof policyWith>[0] = {}) =>
    policyWith({ kind: 'private', moderators: [anna.identity.publicKey], ...changes })
  const judged = (commits: Uint8Array[], entered: MlsGroup) =>
    refusal(checkEntrance({ last, commits, entered, channelId: CHANNEL }))
  const ofAnna = () => groupOf(channel, anna.devices[0]!)

  it('GEN-8, POL-2: has the policy that a moderator’s commit gave it since, and not the one before', async () => {
    const older = ofAnna()
    const { commit } = await commitIn(channel, anna.devices[0]!, {
      policy: privately({ admitters: 'moderators' }),
    })
    expect(await judged([commit], ofAnna())).toBe('accepted')
    expect(await judged([commit], older)).toBe('policy-not-allowed')
    expect(await judged([], older)).toBe('accepted')
    expect(await judged([], ofAnna())).toBe('policy-not-allowed')
  })

  it('GEN-8, POL-2: has not the policy of a commit by somebody who does not moderate, though the log has it', async () => {
    const policy = privately({ moderators: [ben.identity.publicKey] })
    const change = {
      proposalType: 'group_context_extensions',
      groupContextExtensions: { extensions: policyExtensions(policy) },
    } as const
    const publicMessage = await bareCommit(last.state, [change])
    const commit = encodeMessage({ version: 'mls10', wireformat: 'mls_public_message', publicMessage })
    const { group } = await createGroup({
      channelId: CHANNEL,
      generation: 1,
      policy,
      device: ben.devices[0]!,
      now: NOW,
    })
    expect(await judged([commit], group)).toBe('policy-not-allowed')
    expect(await judged([commit], ofAnna())).toBe('accepted')
  })

  it('GEN-8: holds nobody but who was in, and whom they let in since', async () => {
    const admissions = [await admit(ben.devices[0]!, cleo)]
    const { commit } = await joinIn(channel, { person: cleo, device: cleo.devices[0]! }, admissions)
    expect(await judged([commit], ofAnna())).toBe('accepted')
    expect(await judged([], ofAnna())).toBe('not-admitted')
  })

  it('GEN-8: holds nobody whom a member let into another channel', async () => {
    const { commit: elsewhere } = await commitIn(channel, anna.devices[0]!, {
      admissions: [await admit(ben.devices[0]!, cleo, { channelId: uuid<ChannelId>(0xc1) })],
    })
    const admissions = [await admit(ben.devices[0]!, cleo)]
    await joinIn(channel, { person: cleo, device: cleo.devices[0]! }, admissions)
    expect(await judged([elsewhere], ofAnna())).toBe('not-admitted')
  })

  it('GEN-8: holds whom somebody let in who was let in themselves', async () => {
    const dora = await person(4)
    const first = await joinIn(channel, { person: cleo, device: cleo.devices[0]! }, [
      await admit(ben.devices[0]!, cleo),
    ])
    const second = await joinIn(channel, { person: dora, device: dora.devices[0]! }, [
      await admit(cleo.devices[0]!, dora),
    ])
    expect(await judged([first.commit, second.commit], ofAnna())).toBe('accepted')
    expect(await judged([second.commit], ofAnna())).toBe('not-admitted')
  })

  it('GEN-8: is of the same channel and generation', async () => {
    const elsewhere = checkEntrance({ last, commits: [], entered: ofAnna(), channelId: uuid(0xc1) })
    expect(await refusal(elsewhere)).toBe('wrong-group')
    const founding = {
      channelId: CHANNEL,
      generation: 2,
      policy: privately(),
      device: anna.devices[0]!,
      now: NOW,
    }
    expect(await judged([], (await createGroup(founding)).group)).toBe('wrong-group')
  })

  it('GEN-8: what the log holds besides commits, or without the form of one, admits nobody and stops nobody', async () => {
    const rubbish = [Uint8Array.from([1, 2, 3]), new Uint8Array()]
    const { commit } = await joinIn(channel, { person: cleo, device: cleo.devices[0]! }, [
      await admit(ben.devices[0]!, cleo),
    ])
    expect(await judged([...rubbish, commit], ofAnna())).toBe('accepted')
    expect(await judged(rubbish, ofAnna())).toBe('not-admitted')
  })
})

describe('a group that needs nobody to let anybody in', () => {
  const entranceOf = async (policy: ChannelPolicy, anna: Person, ben: Person) => {
    const channel = await foundChannel(anna.devices[0]!, policy)
    const last = groupOf(channel, anna.devices[0]!)
    await commitIn(channel, anna.devices[0]!, { adds: [{ person: ben, device: ben.devices[0]! }] })
    const entered = groupOf(channel, anna.devices[0]!)
    return refusal(checkEntrance({ last, commits: [], entered, channelId: CHANNEL }))
  }

  it('GEN-8: is public, or holds those for whom a direct conversation was made', async () => {
    const [anna, ben] = await Promise.all([person(1), person(2)])
    const participants = [anna.identity.publicKey, ben.identity.publicKey]
    expect(await entranceOf(policyWith(), anna, ben)).toBe('accepted')
    expect(await entranceOf(policyWith({ kind: 'direct', participants }), anna, ben)).toBe('accepted')
  })
})
