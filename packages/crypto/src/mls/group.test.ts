import { describe, expect, it } from 'vitest'
import { applyCommit } from './applying.ts'
import { commitChanges } from './committing.ts'
import { createGroup } from './founding.ts'
import { joinByWelcome, joinExternally } from './joining.ts'
import { createKeyPackage } from './key-package-creation.ts'
import { followCommit, openPublicGroup, publicRoster } from './public-group.ts'
import { CHANNEL, NOW, evidenceFor, person, policyWith } from './testing.ts'

describe('happy path', () => {
  it('works', async () => {
    const [anna, ben, carl] = await Promise.all([person(1), person(2), person(3)])
    const founded = await createGroup({
      channelId: CHANNEL,
      generation: 1,
      policy: policyWith(),
      device: anna.devices[0]!,
      now: NOW,
    })
    let server = await openPublicGroup(founded)
    const kp = await createKeyPackage(ben.devices[0]!, { now: NOW, lastResort: false })
    const c = await commitChanges({
      group: founded.group,
      adds: [kp],
      removes: [],
      authenticatedData: evidenceFor([ben]),
      now: NOW,
    })
    server = (await followCommit(server, c, NOW)).group
    const j = await joinByWelcome({ welcome: c.welcome!, keyPackages: [kp], device: ben.devices[0]! })
    expect(j.record.secret).toEqual(c.record.secret)
    const { encodeTree } = await import('./wire.ts')
    const e = await joinExternally({
      groupInfo: c.groupInfo,
      tree: encodeTree(server.tree),
      device: carl.devices[0]!,
      authenticatedData: evidenceFor([carl]),
      now: NOW,
    })
    server = (await followCommit(server, e, NOW)).group
    const a = await applyCommit({ group: c.group, commit: e.commit })
    const b = await applyCommit({ group: j.group, commit: e.commit })
    if (a.kind !== 'applied' || b.kind !== 'applied') throw new Error()
    expect(a.record.secret).toEqual(e.record.secret)
    expect(b.record.secret).toEqual(e.record.secret)
    const u = await commitChanges({
      group: e.group,
      adds: [],
      removes: [],
      authenticatedData: new Uint8Array(),
      now: NOW,
    })
    server = (await followCommit(server, u, NOW)).group
    const a2 = await applyCommit({ group: a.group, commit: u.commit })
    const r = await commitChanges({
      group: u.group,
      adds: [],
      removes: [ben.devices[0]!.deviceId],
      authenticatedData: new Uint8Array(),
      now: NOW,
    })
    server = (await followCommit(server, r, NOW)).group
    expect(a2.kind).toBe('applied')
    const b2 = await applyCommit({ group: b.group, commit: u.commit })
    if (b2.kind !== 'applied') throw new Error()
    expect((await applyCommit({ group: b2.group, commit: r.commit })).kind).toBe('removed')
    expect(publicRoster(server)).toHaveLength(2)
  })
})
