/** A path secret gives the key pairs whose public keys everybody else is told, or it is refused: RFC 9420, 7.5, 12.4.2, 12.4.3.1. */
import { beforeAll, describe, expect, it } from 'vitest'
import { applyCommit } from './applying.ts'
import { joinByWelcome } from './joining.ts'
import { createKeyPackage } from './key-package-creation.ts'
import { followCommit } from './public-group.ts'
import { commitWithFalseKeys, welcomeWithFalseKeys } from './testing-commit.ts'
import { commitIn, foundChannel, groupOf, type TestChannel } from './testing-channel.ts'
import { NOW, person, refusal, type Person } from './testing.ts'
import { decodeMessage } from './wire.ts'

let anna: Person, ben: Person, cleo: Person
let channel: TestChannel

beforeAll(async () => {
  ;[anna, ben, cleo] = await Promise.all([person(1), person(2), person(3)])
  channel = await foundChannel(anna.devices[0]!)
})

describe('a member whose path has a public key that its secret does not give', () => {
  it('EPO-10, ENG-6: is not gone along with by whom the key would be: what others encrypt to it, they could not open', async () => {
    const adds = [ben, cleo].map((who) => ({ person: who, device: who.devices[0]! }))
    await commitIn(channel, anna.devices[0]!, { adds })
    const made = await commitWithFalseKeys(groupOf(channel, ben.devices[0]!))
    const appliedBy = (who: Person) =>
      refusal(applyCommit({ group: groupOf(channel, who.devices[0]!), commit: made.commit }))
    // Anna and Ben are below the node; to Cleo, and to the server, it is as any other.
    expect(await appliedBy(anna)).toBe('cannot-process')
    expect(await appliedBy(cleo)).toBe('accepted')
    expect(await refusal(followCommit(channel.server, made, NOW))).toBe('accepted')
  })

  it('ENG-5: nor do they lead in whom they add', async () => {
    const alone = groupOf(await foundChannel(anna.devices[0]!), anna.devices[0]!)
    const device = cleo.devices[0]!
    const own = await createKeyPackage(device, { now: NOW, lastResort: false })
    const { keyPackage } = decodeMessage(own.keyPackage, 'mls_key_package')
    const welcome = await welcomeWithFalseKeys(alone, { proposalType: 'add', add: { keyPackage } })
    expect(await refusal(joinByWelcome({ welcome, keyPackages: [own], device }))).toBe('cannot-process')
  })
})
