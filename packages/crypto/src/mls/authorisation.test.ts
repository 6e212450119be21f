import type { ChannelPolicy } from '@reforms/protocol'
import { beforeAll, describe, expect, it } from 'vitest'
import { authoriseCommit, type CommitChange } from './authorisation.ts'
import type { Leaf } from './credential.ts'
import { encodeCommitEvidence } from './evidence.ts'
import { groupIdOf } from './group-id.ts'
import { admit, CHANNEL, DAY_MS, evidenceFor, NOW, person, policyWith, type Person } from './testing.ts'
import { signAdmission } from './admission-signing.ts'
import { uuid } from '../testing.ts'

let anna: Person, ben: Person, cleo: Person, dan: Person

beforeAll(async () => {
  ;[anna, ben, cleo, dan] = await Promise.all([person(1), person(2, 2), person(3), person(4)])
})

const groupId = groupIdOf({ channelId: CHANNEL, generation: 1 })

function leafFor(who: Person, leafIndex: number, deviceIndex = 0): Leaf {
  const { userId, deviceId, identityKey, signature } = who.devices[deviceIndex]!
  return { leafIndex, userId, deviceId, identityKey, signatureKey: signature.publicKey }
}

/** Anna, who moderates, and Ben are in. */
const before = (changes: Parameters<typeof policyWith>[0] = {}) => ({
  roster: [leafFor(anna, 0), leafFor(ben, 1)],
  policy: policyWith({ moderators: [anna.identity.publicKey], ...changes }),
})

async function ask(state: ReturnType<typeof before>, change: Partial<CommitChange>): Promise<string> {
  const plain = { committer: leafFor(ben, 1), external: false, added: [], removed: [], groupId }
  const answer = await authoriseCommit(state, {
    ...plain,
    authenticatedData: new Uint8Array(),
    ...change,
  })
  return answer.ok ? 'ok' : answer.code
}

const addCleo = (evidence: Uint8Array, change: Partial<CommitChange> = {}) => ({
  added: [leafFor(cleo, 2)],
  authenticatedData: evidence,
  ...change,
})

describe('who may enter', () => {
  it('POL-3: public: anybody with a signed device list', async () => {
    expect(await ask(before(), addCleo(evidenceFor([cleo])))).toBe('ok')
  })

  it('POL-4: nobody without a device list, or with that of another person', async () => {
    expect(await ask(before(), addCleo(new Uint8Array()))).toBe('unproven-device')
    expect(await ask(before(), addCleo(evidenceFor([dan])))).toBe('unproven-device')
  })

  it('POL-4: nobody whose device list was signed by another account key', async () => {
    const mixed = { account: cleo.proof.account, devices: dan.proof.devices }
    const forged = encodeCommitEvidence({ admissions: [], proofs: [mixed] })
    expect(await ask(before(), addCleo(forged))).toBe('unproven-device')
  })

  it('POL-4: no leaf whose key, device or identity key the list does not have', async () => {
    const evidence = evidenceFor([cleo, dan])
    const { signatureKey, identityKey } = leafFor(dan, 2)
    const ask1 = (part: Partial<Leaf>) =>
      ask(before(), { added: [{ ...leafFor(cleo, 2), ...part }], authenticatedData: evidence })
    expect(await ask1({ signatureKey })).toBe('unproven-device')
    expect(await ask1({ identityKey })).toBe('unproven-device')
    expect(await ask1({ deviceId: uuid(77) })).toBe('unproven-device')
    expect(await ask1({ userId: uuid(77) })).toBe('unproven-device')
    expect(await ask1({})).toBe('ok')
  })

  it('POL-3: direct: its participants only', async () => {
    const participants = [anna, ben, cleo].map((who) => who.identity.publicKey)
    const state = before({ kind: 'direct', participants })
    expect(await ask(state, addCleo(evidenceFor([cleo])))).toBe('ok')
    const addDan = {
      added: [leafFor(dan, 2)],
      authenticatedData: evidenceFor([dan], [await admit(anna.devices[0]!, dan)]),
    }
    expect(await ask(state, addDan)).toBe('not-admitted')
  })

  it('POL-3: private: whoever has a leaf there already brings further devices', async () => {
    const added = [leafFor(ben, 2, 1)]
    const authenticatedData = evidenceFor([ben])
    expect(await ask(before({ kind: 'private' }), { added, authenticatedData })).toBe('ok')
  })

  it('POL-3: private: with an admission by a member', async () => {
    const admission = await admit(ben.devices[0]!, cleo)
    const state = before({ kind: 'private' })
    expect(await ask(state, addCleo(evidenceFor([cleo], [admission])))).toBe('ok')
    expect(await ask(state, addCleo(evidenceFor([cleo])))).toBe('not-admitted')
  })

  it('POL-3: private: a joiner brings its admission itself', async () => {
    const evidence = evidenceFor([cleo], [await admit(ben.devices[0]!, cleo)])
    const change = addCleo(evidence, { external: true, committer: leafFor(cleo, 2) })
    expect(await ask(before({ kind: 'private' }), change)).toBe('ok')
  })

  it('POL-3: private: not by an admission of a stranger, for another person, or of oneself', async () => {
    const state = before({ kind: 'private' })
    for (const admission of [
      await admit(dan.devices[0]!, cleo),
      await admit(ben.devices[0]!, dan),
      await admit(cleo.devices[0]!, cleo),
      await admit({ ...ben.devices[0]!, signature: ben.identity }, cleo),
    ]) {
      expect(await ask(state, addCleo(evidenceFor([cleo], [admission])))).toBe('not-admitted')
    }
  })

  it('POL-3: private: not by an admission to another channel, nor by one that was changed', async () => {
    const state = before({ kind: 'private' })
    const identityKey = cleo.identity.publicKey
    const elsewhere = await signAdmission(ben.devices[0]!.signature, {
      channelId: uuid(0xdead),
      identityKey,
      expiry: NOW + DAY_MS,
    })
    const changed = await admit(ben.devices[0]!, cleo)
    changed[changed.length - 1]! ^= 1
    for (const admission of [elsewhere, changed]) {
      expect(await ask(state, addCleo(evidenceFor([cleo], [admission])))).toBe('not-admitted')
    }
  })

  it('POL-3: private, moderators admit: not by an ordinary member', async () => {
    const state = before({ kind: 'private', admitters: 'moderators' })
    const evidence = async (who: Person) => evidenceFor([cleo], [await admit(who.devices[0]!, cleo)])
    expect(await ask(state, addCleo(await evidence(ben)))).toBe('not-admitted')
    expect(await ask(state, addCleo(await evidence(anna)))).toBe('ok')
  })

  it('POL-3, POL-6: by the clock where a clock decides, and never when the log is replayed', async () => {
    const evidence = evidenceFor([cleo], [await admit(ben.devices[0]!, cleo, { expiry: NOW })])
    const state = before({ kind: 'private' })
    expect(await ask(state, addCleo(evidence, { now: NOW - 1 }))).toBe('ok')
    expect(await ask(state, addCleo(evidence, { now: NOW }))).toBe('not-admitted')
    expect(await ask(state, addCleo(evidence))).toBe('ok')
  })

  it('POL-6: under the policy before the commit, not the one that it brings', async () => {
    const state = before({ kind: 'private', admitters: 'moderators' })
    const evidence = evidenceFor([cleo], [await admit(ben.devices[0]!, cleo)])
    const policy: ChannelPolicy = { ...state.policy, admitters: 'members' }
    const change = addCleo(evidence, { committer: leafFor(anna, 0), policy })
    expect(await ask(state, change)).toBe('not-admitted')
    expect(await ask({ ...state, policy }, change)).toBe('ok')
  })

  it('names the device that it is about', async () => {
    const added = [leafFor(ben, 2, 1), leafFor(cleo, 3)]
    const change = { committer: leafFor(ben, 1), external: false, added, removed: [], groupId }
    const answer = await authoriseCommit(before(), { ...change, authenticatedData: evidenceFor([ben]) })
    const { deviceId } = cleo.devices[0]!
    expect(answer).toEqual({ ok: false, code: 'unproven-device', deviceId })
  })

  it('only with evidence that is evidence', async () => {
    expect(await ask(before(), { authenticatedData: new Uint8Array([1, 2, 3]) })).toBe('bad-evidence')
  })
})

describe('who may go', () => {
  it('a member removes anybody', async () => {
    expect(await ask(before(), { removed: [leafFor(anna, 0)] })).toBe('ok')
  })

  it('POL-7: one who joins replaces only its own leaves', async () => {
    const external = { external: true, committer: leafFor(ben, 2), added: [leafFor(ben, 2)] }
    const authenticatedData = evidenceFor([ben])
    expect(await ask(before(), { ...external, removed: [leafFor(ben, 1)], authenticatedData })).toBe('ok')
    const other = { ...external, committer: leafFor(ben, 2, 1), added: [leafFor(ben, 2, 1)] }
    expect(await ask(before(), { ...other, removed: [leafFor(anna, 0)], authenticatedData })).toBe(
      'foreign-removal',
    )
  })
})

describe('who may change the policy', () => {
  it('POL-2: a moderator, and nobody else', async () => {
    const policy = { ...before().policy, retentionDays: 1 }
    expect(await ask(before(), { committer: leafFor(anna, 0), policy })).toBe('ok')
    expect(await ask(before(), { policy })).toBe('policy-not-allowed')
    expect(await ask(before({ moderators: [] }), { committer: leafFor(anna, 0), policy })).toBe(
      'policy-not-allowed',
    )
    const external = { external: true, committer: leafFor(anna, 0), policy }
    expect(await ask(before(), external)).toBe('policy-not-allowed')
  })
})

describe('who moderates after a change', () => {
  it('POL-10: somebody who is in', async () => {
    const committer = leafFor(anna, 0)
    for (const moderators of [[], [new Uint8Array(32)]]) {
      const policy = { ...before().policy, moderators }
      expect(await ask(before(), { committer, policy })).toBe('policy-not-allowed')
    }
  })
})

describe('what stays', () => {
  it('CH-1: the kind of a channel, also for its moderators', async () => {
    const committer = leafFor(anna, 0)
    for (const kind of ['private', 'direct'] as const) {
      const policy = { ...before().policy, kind }
      expect(await ask(before(), { committer, policy })).toBe('policy-not-allowed')
      expect(await ask(before({ kind }), { committer, policy })).toBe('ok')
    }
  })

  it('CH-3: the participants of a direct channel', async () => {
    const [one, two, three] = [anna, ben, cleo].map((who) => who.identity.publicKey) as [
      Uint8Array,
      ...[Uint8Array, Uint8Array],
    ]
    const state = before({ kind: 'direct', participants: [one, two] })
    const change = (participants: Uint8Array[]) =>
      ask(state, { committer: leafFor(anna, 0), policy: { ...state.policy, participants, retentionDays: 1 } })
    expect(await change([one, two])).toBe('ok')
    for (const other of [[one, two, three], [one, three], [one]]) {
      expect(await change(other)).toBe('policy-not-allowed')
    }
  })
})

describe('what may be there once only', () => {
  it('POL-8: a device', async () => {
    const added = [leafFor(ben, 2)]
    expect(await ask(before(), { added, authenticatedData: evidenceFor([ben]) })).toBe('duplicate-device')
  })

  it("POL-8: a device's key", async () => {
    const { signatureKey } = leafFor(anna, 0)
    const added = [{ ...leafFor(cleo, 2), signatureKey }]
    expect(await ask(before(), { added, authenticatedData: evidenceFor([cleo]) })).toBe('duplicate-device')
  })

  it('POL-8: the user of an identity key', async () => {
    const added = [{ ...leafFor(ben, 2, 1), userId: anna.userId }]
    expect(await ask(before(), { added, authenticatedData: evidenceFor([ben]) })).toBe('identity-taken')
  })
})
