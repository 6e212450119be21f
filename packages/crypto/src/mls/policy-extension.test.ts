import { encodeCbor } from '@reforms/protocol'
import { encodeLoosely } from '@reforms/protocol/testing'
import type { Extension } from 'ts-mls'
import { describe, expect, it } from 'vitest'
import { policyOf } from './group.ts'
import { policyExtensions, policyFrom } from './policy-extension.ts'
import { foundChannel, groupOf } from './testing-channel.ts'
import { person, policyWith, refusal } from './testing.ts'

const read = (extensions: readonly Extension[]) => refusal((async () => policyFrom(extensions))())

describe('the policy extension', () => {
  it('POL-1: is the one extension of a group’s context, of type 0xf0f1, and holds the whole policy', async () => {
    const [anna, ben] = await Promise.all([person(1), person(2)])
    const policy = policyWith({
      kind: 'direct',
      history: 'joining',
      retentionDays: 30,
      admitters: 'moderators',
      moderators: [anna.identity.publicKey],
      participants: [anna, ben].map(({ identity }) => identity.publicKey),
    })
    const channel = await foundChannel(anna.devices[0]!, policy)
    const group = groupOf(channel, anna.devices[0]!)
    const extensionData = encodeCbor(policy)
    expect(group.state.groupContext.extensions).toEqual([{ extensionType: 0xf0f1, extensionData }])
    expect(policyOf(group)).toEqual(policy)
  })

  it('POL-1: is refused where it is missing, doubled, of another type or malformed', async () => {
    const [extension] = policyExtensions(policyWith()) as [Extension]
    const { extensionData } = extension
    expect(await read([extension])).toBe('accepted')
    const malformed = [
      { ...policyWith(), kind: 'secret' },
      { ...policyWith(), extra: 1 },
      { ...policyWith(), participants: undefined },
      { ...policyWith(), moderators: [new Uint8Array(31)] },
    ].map((policy) => [{ extensionType: 0xf0f1, extensionData: encodeLoosely(policy) }])
    const wrong = [[], [extension, extension], [{ extensionType: 0xf0f2, extensionData }], ...malformed]
    for (const extensions of wrong) expect(await read(extensions)).toBe('policy-not-allowed')
  })
})
