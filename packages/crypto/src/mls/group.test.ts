import { beforeAll, describe, expect, it } from 'vitest'
import { applyCommit } from './applying.ts'
import { commitChanges } from './committing.ts'
import { createGroup } from './founding.ts'
import { decodeGroup, encodeGroup, epochOf, policyOf, rosterOf } from './group.ts'
import { joinByWelcome } from './joining.ts'
import { createKeyPackage } from './key-package-creation.ts'
import { commitIn, foundChannel, groupOf, joinIn, type TestChannel } from './testing-channel.ts'
import { CHANNEL, NOW, evidenceFor, person, policyWith, refusal, type Person } from './testing.ts'

const NO_EVIDENCE = new Uint8Array()

describe('the life of a group', () => {
  let anna: Person, ben: Person, cleo: Person, dan: Person
  let channel: TestChannel

  beforeAll(async () => {
    ;[anna, ben, cleo, dan] = await Promise.all([person(1), person(2, 2), person(3), person(4)])
    const policy = policyWith({ moderators: [anna.identity.publicKey] })
    channel = await foundChannel(anna.devices[0]!, policy)
  })

  const devicesIn = () => rosterOf(groupOf(channel, anna.devices[0]!)).map((leaf) => leaf.deviceId)

  it('is renewed while its founder is alone', async () => {
    const { record } = await commitIn(channel, anna.devices[0]!)
    expect(record).toMatchObject({ generation: 1, epoch: 1, added: [], removed: [] })
  })

  it('takes in several devices by one Welcome', async () => {
    const adds = [
      { person: ben, device: ben.devices[0]! },
      { person: cleo, device: cleo.devices[0]! },
    ]
    const { record, followed } = await commitIn(channel, anna.devices[0]!, { adds })
    expect(record.added.map((leaf) => leaf.deviceId)).toEqual(adds.map(({ device }) => device.deviceId))
    expect(followed).toMatchObject({ external: false, removed: [] })
    expect(devicesIn()).toHaveLength(3)
  })

  it('takes in a device that joins by an external commit', async () => {
    const { followed } = await joinIn(channel, { person: dan, device: dan.devices[0]! })
    expect(followed.external).toBe(true)
    expect(followed.committer.deviceId).toBe(dan.devices[0]!.deviceId)
    expect(devicesIn()).toHaveLength(4)
  })

  it('gives a device that lost its state its place back, once', async () => {
    const { followed } = await joinIn(channel, { person: ben, device: ben.devices[0]! })
    expect(followed.removed.map((leaf) => leaf.deviceId)).toEqual([ben.devices[0]!.deviceId])
    expect(devicesIn()).toHaveLength(4)
    await commitIn(channel, ben.devices[0]!)
  })

  it('removes one and adds another in one commit, in the same place of the tree', async () => {
    const leaving = rosterOf(groupOf(channel, anna.devices[0]!)).find(({ userId }) => userId === cleo.userId)!
    const adds = [{ person: ben, device: ben.devices[1]! }]
    const { followed } = await commitIn(channel, anna.devices[0]!, { adds, removes: [leaving.deviceId] })
    expect(followed.added[0]?.leafIndex).toBe(leaving.leafIndex)
    expect(devicesIn()).not.toContain(cleo.devices[0]!.deviceId)
  })

  it('removes and adds the same device in one commit', async () => {
    const device = ben.devices[1]!
    await commitIn(channel, anna.devices[0]!, { adds: [{ person: ben, device }], removes: [device.deviceId] })
    expect(devicesIn().filter((deviceId) => deviceId === device.deviceId)).toHaveLength(1)
    await commitIn(channel, device)
  })

  it('changes its policy, with all else that a turn brings', async () => {
    const policy = policyWith({ moderators: [anna.identity.publicKey], retentionDays: 30 })
    const removes = [dan.devices[0]!.deviceId]
    const adds = [{ person: cleo, device: cleo.devices[0]! }]
    await commitIn(channel, anna.devices[0]!, { policy, removes, adds })
    for (const group of channel.members.values()) expect(policyOf(group)).toEqual(policy)
    await commitIn(channel, cleo.devices[0]!)
  })

  it('names its epochs', () => {
    const { channelId, generation, epoch, epochId } = epochOf(groupOf(channel, anna.devices[0]!))
    expect({ channelId, generation }).toEqual({ channelId: CHANNEL, generation: 1 })
    expect(epoch).toBe(10)
    expect(epochId).toHaveLength(16)
  })
})

describe('bytes that a group refuses', () => {
  async function pair() {
    const [anna, ben] = await Promise.all([person(1), person(2)])
    const channel = await foundChannel(anna.devices[0]!)
    await commitIn(channel, anna.devices[0]!, { adds: [{ person: ben, device: ben.devices[0]! }] })
    const [one, other] = [groupOf(channel, anna.devices[0]!), groupOf(channel, ben.devices[0]!)]
    const renewal = { group: one, adds: [], removes: [], authenticatedData: NO_EVIDENCE, now: NOW }
    return { anna, ben, channel, other, made: await commitChanges(renewal), renewal }
  }

  it('takes a commit once', async () => {
    const { other, made } = await pair()
    const outcome = await applyCommit({ group: other, commit: made.commit })
    if (outcome.kind !== 'applied') throw new Error('not applied')
    expect(outcome).toMatchObject({ external: false, policyChanged: false, added: [], removed: [] })
    expect(await refusal(applyCommit({ group: outcome.group, commit: made.commit }))).toBe('wrong-epoch')
  })

  it('refuses a commit that anybody changed on its way, wherever', async () => {
    const { other, made } = await pair()
    for (let position = 0; position < made.commit.length; position += 7) {
      const changed = made.commit.slice()
      changed[position]! ^= 1 << (position % 8)
      expect(await refusal(applyCommit({ group: other, commit: changed }))).not.toBe('accepted')
    }
    expect(await refusal(applyCommit({ group: other, commit: made.commit.slice(0, -1) }))).toBe('malformed')
  })

  it("refuses another channel's and another generation's commits", async () => {
    const { anna, ben, other } = await pair()
    const device = anna.devices[0]!
    const second = await createGroup({
      channelId: CHANNEL,
      generation: 2,
      policy: policyWith(),
      device,
      now: NOW,
    })
    const keyPackage = await createKeyPackage(ben.devices[0]!, { now: NOW, lastResort: false })
    const made = await commitChanges({
      group: second.group,
      adds: [keyPackage],
      removes: [],
      authenticatedData: evidenceFor([ben]),
      now: NOW,
    })
    expect(await refusal(applyCommit({ group: other, commit: made.commit }))).toBe('wrong-group')
  })

  it('says when a Welcome is for none of our key packages, or when it was changed', async () => {
    const { anna, ben } = await pair()
    const { group } = await createGroup({
      channelId: CHANNEL,
      generation: 2,
      policy: policyWith(),
      device: anna.devices[0]!,
      now: NOW,
    })
    const device = ben.devices[0]!
    const [used, unused] = [
      await createKeyPackage(device, { now: NOW, lastResort: false }),
      await createKeyPackage(device, { now: NOW, lastResort: true }),
    ]
    const authenticatedData = evidenceFor([ben])
    const { welcome } = await commitChanges({ group, adds: [used], removes: [], authenticatedData, now: NOW })
    const changed = welcome!.slice()
    changed[changed.length - 1]! ^= 1
    const join = (bytes: Uint8Array, own: typeof used) =>
      refusal(joinByWelcome({ welcome: bytes, keyPackages: [own], device }))
    expect(await join(welcome!, unused)).toBe('no-key-package')
    expect(await join(changed, used)).toBe('cannot-process')
    expect(await join(welcome!, used)).toBe('accepted')
  })

  it('loads what it stored and nothing else', async () => {
    const { other } = await pair()
    const bytes = encodeGroup(other)
    expect(encodeGroup(decodeGroup(bytes))).toEqual(bytes)
    expect(() => decodeGroup(bytes.slice(0, -1))).toThrow()
    expect(() => decodeGroup(new Uint8Array())).toThrow()
  })
})
