/**
 * Our MLS and core-crypto's (OpenMLS) in one group, in suite 3: whatever either of them does, the other follows to the same
 * secret and the same members. Each story is told twice: they founded the group, and we did.
 */
import { inspectKeyPackage } from '@reforms/crypto'
import { describe, expect, it } from 'vitest'
import { coreCryptoParty } from './core-crypto-party.ts'
import { addOf, ourParty, REQUIRED_CAPABILITIES, type OurParty } from './our-party.ts'
import type { Handshake, Party } from './party.ts'

type MakeParty = (n: number) => Promise<Party>

/** All of them hold the same secret, and see each other and nobody else. */
async function agree(parties: readonly Party[]): Promise<void> {
  const identities = parties.map(({ identity }) => identity).sort()
  const [first, ...others] = await Promise.all(parties.map((party) => party.secret()))
  for (const other of others) expect(other).toEqual(first)
  for (const party of parties) expect((await party.members()).sort()).toEqual(identities)
}

async function applyAll(handshake: Handshake, parties: readonly Party[]): Promise<void> {
  for (const party of parties) expect(await party.apply(handshake.commit)).toBe(true)
}

/** A group that one program founded, with a member of the other's. */
async function pair(makeFounder: MakeParty, makeGuest: MakeParty): Promise<[Party, Party]> {
  const [founder, guest] = await Promise.all([makeFounder(1), makeGuest(2)])
  await founder.found()
  const { welcome } = await founder.add([await guest.keyPackage()])
  await guest.joinByWelcome(welcome!)
  await agree([founder, guest])
  return [founder, guest]
}

/** With one more of each program, each let in by a member that runs the other. */
async function four(makeFounder: MakeParty, makeGuest: MakeParty): Promise<[Party, Party, Party, Party]> {
  const [founder, guest] = await pair(makeFounder, makeGuest)
  const [third, fourth] = await Promise.all([makeFounder(3), makeGuest(4)])
  const byGuest = await guest.add([await third.keyPackage()])
  await applyAll(byGuest, [founder])
  await third.joinByWelcome(byGuest.welcome!)
  const byFounder = await founder.add([await fourth.keyPackage()])
  await applyAll(byFounder, [guest, third])
  await fourth.joinByWelcome(byFounder.welcome!)
  await agree([founder, guest, third, fourth])
  return [founder, guest, third, fourth]
}

describe.each<[string, MakeParty, MakeParty]>([
  ['core-crypto founds, we join', coreCryptoParty, ourParty],
  ['we found, core-crypto joins', ourParty, coreCryptoParty],
])('%s', (_title, makeFounder, makeGuest) => {
  it('by Welcome, then both renew their keys in turn', async () => {
    const [founder, guest] = await pair(makeFounder, makeGuest)
    for (const [by, other] of [
      [guest, founder],
      [founder, guest],
      [guest, founder],
    ] as const) {
      const before = await by.secret()
      await applyAll(await by.update(), [other])
      await agree([founder, guest])
      expect(await by.secret()).not.toEqual(before)
    }
  })

  it('each removes a member: it learns that it is out, and the rest goes on without it', async () => {
    const [founder, guest, third, fourth] = await four(makeFounder, makeGuest)
    const byGuest = await guest.remove(third.identity)
    await applyAll(byGuest, [founder, fourth])
    expect(await third.apply(byGuest.commit)).toBe(false)
    await agree([founder, guest, fourth])
    const byFounder = await founder.remove(fourth.identity)
    await applyAll(byFounder, [guest])
    expect(await fourth.apply(byFounder.commit)).toBe(false)
    await agree([founder, guest])
  })

  it('each comes in by an external commit on the GroupInfo of the other', async () => {
    const [founder, guest] = await pair(makeFounder, makeGuest)
    const [third, fourth] = await Promise.all([makeFounder(3), makeGuest(4)])
    const renewed = await guest.update()
    await applyAll(renewed, [founder])
    const entering = await third.joinExternally(renewed.groupInfo)
    await applyAll(entering, [founder, guest])
    await agree([founder, guest, third])
    const again = await fourth.joinExternally(entering.groupInfo)
    await applyAll(again, [founder, guest, third])
    await agree([founder, guest, third, fourth])
    await applyAll(await third.update(), [founder, guest, fourth])
    await agree([founder, guest, third, fourth])
  })
})

describe('core-crypto follows a commit of ours', () => {
  async function withTheirs(): Promise<{ ours: OurParty; theirs: Party; leaving: Party }> {
    const [ours, theirs, leaving] = await Promise.all([ourParty(1), coreCryptoParty(2), coreCryptoParty(3)])
    await ours.found()
    const { welcome } = await ours.add([await theirs.keyPackage(), await leaving.keyPackage()])
    for (const party of [theirs, leaving]) await party.joinByWelcome(welcome!)
    return { ours, theirs, leaving }
  }

  it('that removes one and adds another in its place (RFC 9420, section 12.4.2)', async () => {
    const { ours, theirs, leaving } = await withTheirs()
    const joining = await coreCryptoParty(4)
    const removed = ours.leafIndexOf(leaving.identity)
    const adding = addOf(await joining.keyPackage())
    const made = await ours.commit([{ proposalType: 'remove', remove: { removed } }, adding])
    await applyAll(made, [theirs])
    await joining.joinByWelcome(made.welcome!)
    expect(await leaving.apply(made.commit)).toBe(false)
    await agree([ours, theirs, joining])
  })

  it('that changes the GroupContext, whose path is encrypted under the new one (section 12.4.1)', async () => {
    const { ours, theirs, leaving } = await withTheirs()
    const extensions = [REQUIRED_CAPABILITIES]
    const made = await ours.commit([
      { proposalType: 'group_context_extensions', groupContextExtensions: { extensions } },
    ])
    await applyAll(made, [theirs, leaving])
    await agree([ours, theirs, leaving])
  })
})

it('our own rules keep out who cannot carry a policy, as core-crypto cannot', async () => {
  const keyPackage = await (await coreCryptoParty(2)).keyPackage()
  const message = Uint8Array.of(0, 1, 0, 5, ...keyPackage)
  const inspected = inspectKeyPackage(message, Date.now())
  await expect(inspected).rejects.toMatchObject({ name: 'MlsRefused', code: 'bad-capabilities' })
})

/** A control of the checks above: they do notice when two differ. */
it('two who are not in one epoch do not agree', async () => {
  const [founder, guest] = await pair(coreCryptoParty, ourParty)
  await guest.update()
  await expect(agree([founder, guest])).rejects.toThrow()
})
