/**
 * What src/mls takes from outside, by changed bytes and by changed structure: key packages, GroupInfos, trees, Welcomes,
 * commits, admissions, stored states. Refused by MlsRefused or CryptoError, soon and at no cost, or the one encoding.
 */
import { encodeLoosely, mutateAll, mutations, watchForHang } from '@reforms/protocol/testing'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { change, changed } from '../testing-structure.ts'
import { demandSame, outcomeOf, shown } from '../testing.ts'
import { applyCommit } from './applying.ts'
import { verifyAdmission } from './admission.ts'
import { commitChanges } from './committing.ts'
import { decodeCommitEvidence, encodeCommitEvidence } from './evidence.ts'
import { checkFounding } from './founding-check.ts'
import { decodeGroup, encodeGroup, rosterOf, type MlsGroup } from './group.ts'
import { joinByWelcome, joinExternally, welcomeKeyPackageRefs } from './joining.ts'
import { createKeyPackage } from './key-package-creation.ts'
import { inspectKeyPackage } from './key-package.ts'
import {
  decodePublicGroup,
  encodePublicGroup,
  followCommit,
  openPublicGroup,
  publicTree,
  type PublicGroup,
} from './public-group.ts'
import { commitIn, foundChannel, groupOf } from './testing-channel.ts'
import { CHANNEL, NOW, admit, evidenceFor, person, type Person } from './testing.ts'

/** Each case may cost a signature or more: a third of what others are given. */
const RUNS_EACH = Math.max(70, Math.ceil(Number(process.env['REFORMS_FUZZ_CASES'] ?? 200) / 3))
const MIB = 1024 * 1024

interface World {
  readonly people: Person[]
  readonly server: PublicGroup
  readonly member: MlsGroup
  readonly keyPackage: Uint8Array
  readonly admission: Uint8Array
  readonly open: Record<string, (bytes: Uint8Array) => unknown>
  readonly originals: Record<string, Uint8Array>
}

let world: World

async function createWorld(): Promise<World> {
  const people = await Promise.all([1, 2, 3].map((n) => person(n)))
  const [first, second, third] = people as [Person, Person, Person]
  const channel = await foundChannel(first.devices[0]!)
  const foundingInfo = channel.groupInfo
  await commitIn(channel, first.devices[0]!, { adds: [{ person: second, device: second.devices[0]! }] })
  const own = await createKeyPackage(third.devices[0]!, { now: NOW, lastResort: false })
  const made = await commitChanges({
    group: groupOf(channel, first.devices[0]!),
    adds: [own],
    removes: [],
    authenticatedData: evidenceFor([third]),
    now: NOW,
  })
  const member = groupOf(channel, second.devices[0]!)
  const { server, groupInfo } = channel
  const tree = publicTree(server)
  const welcome = made.welcome!
  const leaves = rosterOf(member)
  const admission = await admit(first.devices[0]!, third)
  const external = { device: third.devices[0]!, authenticatedData: evidenceFor([third]), now: NOW }
  return {
    people,
    server,
    member,
    keyPackage: own.keyPackage,
    admission,
    originals: {
      'key package': own.keyPackage,
      'GroupInfo, opened': groupInfo,
      'GroupInfo, to join by': groupInfo,
      'GroupInfo of a founding': foundingInfo,
      'tree, opened': tree,
      'tree, to join by': tree,
      Welcome: welcome,
      'refs of a Welcome': welcome,
      'commit, followed': made.commit,
      'commit, applied': made.commit,
      'GroupInfo after a commit': made.groupInfo,
      admission,
    },
    open: {
      'key package': (bytes) => inspectKeyPackage(bytes, NOW),
      'GroupInfo, opened': (bytes) => openPublicGroup({ groupInfo: bytes, tree }),
      'GroupInfo, to join by': (bytes) => joinExternally({ ...external, groupInfo: bytes, tree }),
      'GroupInfo of a founding': (bytes) =>
        checkFounding({ leaves }, { channelId: CHANNEL, generation: 1, groupInfo: bytes }),
      'tree, opened': (bytes) => openPublicGroup({ groupInfo, tree: bytes }),
      'tree, to join by': (bytes) => joinExternally({ ...external, groupInfo, tree: bytes }),
      Welcome: (bytes) => joinByWelcome({ welcome: bytes, keyPackages: [own], device: third.devices[0]! }),
      'refs of a Welcome': (bytes) => welcomeKeyPackageRefs(bytes),
      'commit, followed': (bytes) => followCommit(server, { commit: bytes, groupInfo: made.groupInfo }, NOW),
      'commit, applied': (bytes) => applyCommit({ group: member, commit: bytes }),
      'GroupInfo after a commit': (bytes) =>
        followCommit(server, { commit: made.commit, groupInfo: bytes }, NOW),
      admission: (bytes) => verifyAdmission(bytes),
    },
  }
}

beforeAll(async () => {
  world = await createWorld()
})

/** What was accepted though it is not the original, as it is shown. */
async function accepted(
  drawn: fc.Arbitrary<Uint8Array>,
  original: Uint8Array,
  open: (bytes: Uint8Array) => unknown,
): Promise<string[]> {
  const found: string[] = []
  const judged = fc.asyncProperty(drawn, async (bytes) => {
    const demandNoHang = watchForHang()
    const outcome = await outcomeOf(async () => open(bytes))
    demandNoHang()
    if (outcome === 'accepted' && Buffer.compare(bytes, original) !== 0) found.push(shown(bytes))
  })
  await fc.assert(judged, { numRuns: RUNS_EACH })
  return found
}

function bytesLike(original: Uint8Array): fc.Arbitrary<Uint8Array> {
  const others = fc.constantFrom(original, ...Object.values(world.originals))
  return fc.tuple(mutations, others).map(([all, other]) => mutateAll(original, all, other))
}

/** Whose every byte is covered by a signature, a tag or a hash that is known. */
const COVERED = [
  'key package',
  'GroupInfo, opened',
  'GroupInfo, to join by',
  'GroupInfo of a founding',
  'tree, opened',
  'tree, to join by',
  'commit, followed',
  'commit, applied',
  'GroupInfo after a commit',
  'admission',
]

describe('ENC-6: changed bytes of MLS structures', () => {
  it.each(COVERED)('%s: refused by a typed error', async (name) => {
    const [original, open] = [world.originals[name]!, world.open[name]!]
    await open(original)
    expect(await accepted(bytesLike(original), original, open)).toEqual([])
  })

  it('a Welcome: refused, or at least the same group', async () => {
    const original = world.originals['Welcome']!
    const own = world.open['Welcome']!
    const right = (await own(original)) as Awaited<ReturnType<typeof joinByWelcome>>
    const same = async (bytes: Uint8Array) => {
      const joined = (await own(bytes)) as typeof right
      expect(joined.record).toEqual(right.record)
    }
    const found = await accepted(bytesLike(original), original, same)
    expect(found.length).toBeLessThan(RUNS_EACH)
  })

  it('the refs of a Welcome: refused or read', async () => {
    const original = world.originals['refs of a Welcome']!
    const found = await accepted(bytesLike(original), original, world.open['refs of a Welcome']!)
    expect(found.length).toBeLessThan(RUNS_EACH)
  })
})

describe('ENC-2, ENC-6: stored states and evidence', () => {
  const states = (): Record<string, { original: Uint8Array; again: (bytes: Uint8Array) => Uint8Array }> => ({
    'the state of a member': {
      original: encodeGroup(world.member),
      again: (bytes) => encodeGroup(decodeGroup(bytes)),
    },
    'the state of a server': {
      original: encodePublicGroup(world.server),
      again: (bytes) => encodePublicGroup(decodePublicGroup(bytes)),
    },
    'commit evidence': {
      original: encodeCommitEvidence({ admissions: [world.admission], proofs: [world.people[0]!.proof] }),
      // Nothing stands for neither admissions nor proofs.
      again: (bytes) => (bytes.length === 0 ? bytes : encodeCommitEvidence(decodeCommitEvidence(bytes))),
    },
  })

  it.each(['the state of a member', 'the state of a server', 'commit evidence'])(
    '%s: refused, or read as what it says',
    async (name) => {
      const { original, again } = states()[name]!
      const reread = (bytes: Uint8Array) => demandSame(again(bytes), bytes)
      reread(original)
      const byBytes = await accepted(bytesLike(original), original, reread)
      expect(byBytes.length).toBeLessThan(RUNS_EACH)
      const structures = change.map((one) => encodeLoosely(changed(original, one)))
      const byStructure = await accepted(structures, original, reread)
      expect(byStructure.length).toBeLessThan(RUNS_EACH)
    },
  )

  it('an admission of another structure: refused by a typed error', async () => {
    const structures = change.map((one) => encodeLoosely(changed(world.admission, one)))
    expect(await accepted(structures, world.admission, verifyAdmission)).toEqual([])
  })
})

describe('ENC-5: lengths that are only claimed', () => {
  it('allocate nothing: every vector of an MLS structure may claim to be a gigabyte', async () => {
    for (const name of Object.keys(world.originals)) {
      const original = world.originals[name]!
      for (let position = 0; position < Math.min(original.length, 600); position += 7) {
        const claims = Uint8Array.from([
          ...original.slice(0, position),
          0xbf,
          0xff,
          0xff,
          0xff,
          ...original.slice(position + 4),
        ])
        const before = process.memoryUsage().arrayBuffers
        await outcomeOf(async () => world.open[name]!(claims))
        expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * MIB)
      }
    }
  })

  it('are noticed where nothing is checked (positive control)', async () => {
    const found = await accepted(bytesLike(world.keyPackage), world.keyPackage, (bytes) => bytes)
    expect(found.length).toBeGreaterThan(0)
  })
})
