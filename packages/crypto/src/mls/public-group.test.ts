import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, it } from 'vitest'
import { commitChanges } from './committing.ts'
import { createGroup } from './founding.ts'
import { encodeGroup, rosterOf, treeOf, type MlsGroup } from './group.ts'
import { joinExternally } from './joining.ts'
import { createKeyPackage } from './key-package-creation.ts'
import {
  decodePublicGroup,
  encodePublicGroup,
  followCommit,
  openPublicGroup,
  publicEpoch,
  publicPolicy,
  publicRoster,
  publicTree,
  type PublicGroup,
} from './public-group.ts'
import {
  admit,
  CHANNEL,
  DAY_MS,
  evidenceFor,
  NOW,
  person,
  policyWith,
  refusal,
  type Person,
} from './testing.ts'

let anna: Person, ben: Person
let group: MlsGroup
let server: PublicGroup
let founded: Awaited<ReturnType<typeof createGroup>>
const policy = policyWith({ kind: 'private' })

beforeEach(async () => {
  ;[anna, ben] = await Promise.all([person(1), person(2)])
  const device = anna.devices[0]!
  founded = await createGroup({ channelId: CHANNEL, generation: 3, policy, device, now: NOW })
  group = founded.group
  server = await openPublicGroup(founded)
})

const renewal = (from: MlsGroup) =>
  commitChanges({ group: from, adds: [], removes: [], authenticatedData: new Uint8Array(), now: NOW })

async function addBen(expiry = NOW + DAY_MS) {
  const keyPackage = await createKeyPackage(ben.devices[0]!, { now: NOW, lastResort: false })
  const authenticatedData = evidenceFor([ben], [await admit(anna.devices[0]!, ben, { expiry })])
  return commitChanges({ group, adds: [keyPackage], removes: [], authenticatedData, now: NOW })
}

describe('opening a group', () => {
  it('knows what its founder says', () => {
    expect(publicEpoch(server)).toEqual({ channelId: CHANNEL, generation: 3, epoch: 0 })
    expect(publicPolicy(server)).toEqual(policy)
    expect(publicRoster(server)).toEqual(rosterOf(group))
    expect(publicTree(server)).toEqual(treeOf(group))
  })

  it('refuses a GroupInfo or a tree that was changed, wherever', async () => {
    for (let position = 0; position < founded.groupInfo.length; position += 11) {
      const groupInfo = founded.groupInfo.slice()
      groupInfo[position]! ^= 1 << (position % 8)
      expect(await refusal(openPublicGroup({ ...founded, groupInfo }))).not.toBe('accepted')
    }
    for (let position = 0; position < founded.tree.length; position += 11) {
      const tree = founded.tree.slice()
      tree[position]! ^= 1 << (position % 8)
      expect(await refusal(openPublicGroup({ ...founded, tree }))).not.toBe('accepted')
    }
  })

  it("refuses another epoch's tree", async () => {
    const { groupInfo } = await renewal(group)
    expect(await refusal(openPublicGroup({ groupInfo, tree: founded.tree }))).toBe('bad-tree')
  })

  it('loads what it stored and nothing else', () => {
    const bytes = encodePublicGroup(server)
    expect(encodePublicGroup(decodePublicGroup(bytes))).toEqual(bytes)
    expect(() => decodePublicGroup(bytes.slice(0, -1))).toThrow()
  })

  it('holds no secret of the group', () => {
    const { exporterSecret, externalSecret, initSecret, membershipKey } = group.state.keySchedule
    const text = Buffer.from(encodePublicGroup(server)).toString('hex')
    expect(Buffer.from(encodeGroup(group)).toString('hex')).toContain(Buffer.from(initSecret).toString('hex'))
    for (const secret of [exporterSecret, externalSecret, initSecret, membershipKey]) {
      expect(text).not.toContain(Buffer.from(secret).toString('hex'))
    }
  })
})

describe('following a commit', () => {
  it('tells who came in', async () => {
    const made = await addBen()
    const followed = await followCommit(server, made, NOW)
    expect(followed).toMatchObject({ external: false, removed: [] })
    expect(followed.committer.deviceId).toBe(anna.devices[0]!.deviceId)
    expect(followed.added.map((leaf) => leaf.deviceId)).toEqual(made.joined)
    expect(publicRoster(followed.group)).toEqual(rosterOf(made.group))
  })

  it('refuses the GroupInfo of another epoch, commit or group', async () => {
    const made = await addBen()
    const { groupInfo: another } = await renewal(group)
    const { groupInfo: later } = await renewal(made.group)
    for (const groupInfo of [founded.groupInfo, another, later]) {
      const following = followCommit(server, { commit: made.commit, groupInfo }, NOW)
      expect(await refusal(following)).toBe('bad-group-info')
    }
  })

  it('refuses a GroupInfo that was changed, wherever', async () => {
    const { commit, groupInfo } = await renewal(group)
    for (let position = 0; position < groupInfo.length; position += 11) {
      const changed = groupInfo.slice()
      changed[position]! ^= 1 << (position % 8)
      expect(await refusal(followCommit(server, { commit, groupInfo: changed }, NOW))).not.toBe('accepted')
    }
  })

  it('refuses a commit for an epoch that is over', async () => {
    const made = await renewal(group)
    const { group: next } = await followCommit(server, made, NOW)
    expect(await refusal(followCommit(next, made, NOW))).toBe('wrong-epoch')
  })

  it('looks at its clock: an admission or a key package that has expired lets nobody in', async () => {
    const made = await addBen(NOW + DAY_MS)
    expect(await refusal(followCommit(server, made, NOW + DAY_MS))).toBe('not-admitted')
    const long = await addBen(NOW + 365 * DAY_MS)
    expect(await refusal(followCommit(server, long, NOW + 91 * DAY_MS))).toBe('expired')
  })

  it('refuses a device that nobody admitted, and so does the device itself', async () => {
    const joining = joinExternally({
      groupInfo: founded.groupInfo,
      tree: founded.tree,
      device: ben.devices[0]!,
      authenticatedData: evidenceFor([ben]),
      now: NOW,
    })
    expect(await refusal(joining)).toBe('not-admitted')
  })
})

describe('@reforms/crypto/public', () => {
  const imports = /^(?:import|export)\s(?!type\b)[^;]*?\bfrom '(\.[^']+)'/gms

  function reached(file: URL, found = new Set<string>()): Set<string> {
    if (found.has(file.href)) return found
    found.add(file.href)
    const text = readFileSync(fileURLToPath(file), 'utf8')
    for (const [, target] of text.matchAll(imports)) reached(new URL(target!, file), found)
    return found
  }

  const namesFrom = (start: string) =>
    [...reached(new URL(start, import.meta.url))].map((href) => href.slice(href.indexOf('/src/') + 5))

  it('reaches nothing that handles a private key or a secret', () => {
    const privateParts = ['keys.ts', 'account-signing.ts', 'mls/group.ts', 'mls/committing.ts']
    privateParts.push('mls/key-package-creation.ts', 'mls/admission-signing.ts', 'vault.ts', 'message.ts')
    expect(namesFrom('../index.ts')).toEqual(expect.arrayContaining(privateParts))
    expect(namesFrom('../public.ts').filter((name) => privateParts.includes(name))).toEqual([])
    expect(namesFrom('../public.ts')).toContain('mls/commit-effect.ts')
  })
})
