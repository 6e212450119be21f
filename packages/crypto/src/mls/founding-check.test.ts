import { beforeAll, describe, expect, it } from 'vitest'
import { commitChanges } from './committing.ts'
import { checkFounding, type MembersBefore } from './founding-check.ts'
import { createGroup } from './founding.ts'
import { policyOf, rosterOf } from './group.ts'
import { CHANNEL, NOW, person, policyWith, refusal, type Person } from './testing.ts'

describe('a founding, as somebody meets it who knows who was in', () => {
  let anna: Person, ben: Person, mallory: Person
  let before: MembersBefore
  const place = { channelId: CHANNEL, generation: 2 }

  beforeAll(async () => {
    ;[anna, ben, mallory] = await Promise.all([person(1), person(2), person(3)])
    const policy = policyWith({ moderators: [anna.identity.publicKey] })
    const { group } = await createGroup({
      ...place,
      generation: 1,
      policy,
      device: anna.devices[0]!,
      now: NOW,
    })
    const benLeaf = { signatureKey: ben.devices[0]!.signature.publicKey, identityKey: ben.identity.publicKey }
    before = { leaves: [...rosterOf(group), benLeaf], policy: policyOf(group) }
  })

  const founding = (by: Person, policy = before.policy!) =>
    createGroup({ ...place, policy, device: by.devices[0]!, now: NOW })

  it('GEN-6, GEN-7: is taken from a member who moderates', async () => {
    const { groupInfo } = await founding(anna)
    await expect(checkFounding(before, { ...place, groupInfo })).resolves.toBeUndefined()
  })

  it('GEN-6: is refused from a member who does not, and taken from any member where nobody moderates', async () => {
    const refused = checkFounding(before, { ...place, groupInfo: (await founding(ben)).groupInfo })
    expect(await refusal(refused)).toBe('not-admitted')
    const policy = policyWith({ moderators: [] })
    const { groupInfo } = await founding(ben, policy)
    await expect(checkFounding({ ...before, policy }, { ...place, groupInfo })).resolves.toBeUndefined()
  })

  it('GEN-7: is refused from somebody who was not in, under another policy, and of another group', async () => {
    const strange = await founding(mallory)
    expect(await refusal(checkFounding(before, { ...place, groupInfo: strange.groupInfo }))).toBe(
      'not-admitted',
    )
    const other = await founding(
      anna,
      policyWith({ moderators: [anna.identity.publicKey], admitters: 'moderators' }),
    )
    expect(await refusal(checkFounding(before, { ...place, groupInfo: other.groupInfo }))).toBe(
      'policy-not-allowed',
    )
    const { groupInfo } = await founding(anna)
    expect(await refusal(checkFounding(before, { ...place, generation: 3, groupInfo }))).toBe('wrong-group')
  })

  it('GEN-1: is refused where it is a later epoch of that generation', async () => {
    const { group } = await founding(anna)
    const renewal = { group, adds: [], removes: [], authenticatedData: new Uint8Array(), now: NOW }
    const { groupInfo } = await commitChanges(renewal)
    expect(await refusal(checkFounding(before, { ...place, groupInfo }))).toBe('wrong-group')
  })

  it('GEN-6: is taken from any one of several moderators', async () => {
    const policy = policyWith({ moderators: [mallory, ben].map((who) => who.identity.publicKey) })
    const { groupInfo } = await founding(ben, policy)
    await expect(checkFounding({ ...before, policy }, { ...place, groupInfo })).resolves.toBeUndefined()
  })
})
