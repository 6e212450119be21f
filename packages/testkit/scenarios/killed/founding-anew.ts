/** Lives in which whoever founds the next generation of a channel dies: after a commit of somebody else’s that leads nowhere. */
import { commitLeadingNowhere } from '@reforms/crypto/testing'
import { codeOf, EvilMember } from '../../src/index.ts'
import { channelOfThree } from './committing.ts'
import { allTalk, demandWhole, shownMembers, type Flow, type Lane } from './lane.ts'

/** Carla’s program is closed while somebody commits with her keys. */
export const foundingAnew: Flow = async (lane, name) => {
  const { ana, carla, server } = lane
  const channelId = await channelOfThree(lane, name)
  await carla.leave()
  const evil = new EvilMember(carla.database, server.url)
  const well = async () => {
    await allTalk([ana.person, lane.ben], channelId, 'After')
    await demandWhole([ana.person, lane.ben], channelId, ['Before, by 1 of 3', 'Before, by 3 of 3'])
    // Whoever died before founding leaves the channel to the others, in the same generation.
    const asked = evil.transport.call('channel.read', { channelId }, 'http')
    if ((await codeOf(asked)) === 'done' && (await asked).channel.generation > 1)
      throw new Error('whose commit led nowhere was not left out')
  }
  return {
    mortal: ana.mortal,
    act: () => evil.commit(channelId, commitLeadingNowhere),
    done: async () => shownMembers(ana.person, channelId).length === 2,
    again: async () => {
      await (await ana.start()).online()
      await thenCarla(lane, well)
    },
    well: () => thenCarla(lane, well),
  }
}

/** She is there again for the next life, however this one ends. */
async function thenCarla({ carla }: Lane, well: () => Promise<void>): Promise<void> {
  try {
    await well()
  } finally {
    await (await carla.start()).online()
  }
}
