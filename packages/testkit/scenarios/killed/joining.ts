/** Lives in which whoever comes into a channel dies: by a Welcome, or by an external commit where nobody is about. */
import { TestPerson } from '../../src/index.ts'
import { allTalk, demandWhole, shownMembers, type Flow } from './lane.ts'

export const joiningByWelcome: Flow = async ({ ana, ben, carla, ids }, name) => {
  const channelId = await ana.person.createChannel(name, 'private', [ids.ben])
  await ben.isIn(channelId)
  const well = async () => {
    await carla.person.isIn(channelId)
    await carla.person.until('channels', {}, (all) => all.some((each) => each.name === name))
    await allTalk([ana.person, ben, carla.person], channelId, 'After')
    await demandWhole([ana.person, ben, carla.person], channelId, [])
  }
  return {
    mortal: carla.mortal,
    act: () => ana.person.do('channel.addMembers', { channelId, people: [ids.carla] }),
    done: async () => shownMembers(carla.person, channelId).length === 3,
    again: async () => {
      await (await carla.start()).online()
      await well()
    },
    well,
  }
}

export const joiningExternally: Flow = async (lane, name) => {
  const { server, ben, benDatabase, carla } = lane
  const channelId = await ben.createChannel(name, 'public')
  await ben.say(channelId, 'Before')
  await ben.hears(channelId, 'Before')
  // Nobody is about to add whoever comes.
  await ben.leave()
  const well = async () => {
    await carla.person.isIn(channelId)
    await carla.person.say(channelId, 'Anybody here?')
    await carla.person.hears(channelId, 'Anybody here?')
    lane.ben = await TestPerson.open({ serverUrl: server.url, database: benDatabase })
    await lane.ben.online()
    await lane.ben.hears(channelId, 'Anybody here?')
    await allTalk([lane.ben, carla.person], channelId, 'After')
    // What was said before somebody came shows once they have its key, and not before.
    await carla.person.hears(channelId, 'Before')
    await demandWhole([lane.ben, carla.person], channelId, ['Before', 'Anybody here?'])
  }
  return {
    mortal: carla.mortal,
    act: () => carla.person.do('channel.join', { channelId }),
    done: async () => shownMembers(carla.person, channelId).length === 2,
    again: async (acknowledged) => {
      await (await carla.start()).online()
      if (!acknowledged) await carla.person.do('channel.join', { channelId })
      await well()
    },
    well,
  }
}
