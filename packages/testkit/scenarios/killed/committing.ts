/** Lives in which whoever changes a channel's group dies: founding it, adding, removing, renewing. */
import { uuidV7, type ChannelId, type ClientId } from '@reforms/protocol'
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TestPerson } from '../../src/index.ts'
import { allTalk, demandWhole, shownMembers, type Flow, type Lane, type Life } from './lane.ts'

const RENEWAL_MS = 25 * 60 * 60 * 1000

const shows = (person: TestPerson, channelId: ChannelId, count: number) =>
  person.until('channel', { channelId }, (channel) => channel?.members.length === count)

async function channelOfTwo({ ana, ben, ids }: Lane, name: string): Promise<ChannelId> {
  const channelId = await ana.person.createChannel(name, 'private', [ids.ben])
  await ben.isIn(channelId)
  await shows(ana.person, channelId, 2)
  await allTalk([ana.person, ben], channelId, 'Before')
  return channelId
}

/** Ana moderates it. */
export async function channelOfThree(lane: Lane, name: string): Promise<ChannelId> {
  const { ana, ben, carla, ids } = lane
  const channelId = await ana.person.createChannel(name, 'private', [ids.ben, ids.carla])
  await Promise.all([ben.isIn(channelId), carla.person.isIn(channelId)])
  await shows(ana.person, channelId, 3)
  await allTalk([ana.person, ben, carla.person], channelId, 'Before')
  return channelId
}

/** What a program does of its own accord once it is there again. */
const COMING_MS = 700

const before = (count: number) => Array.from({ length: count }, (_, at) => `Before, by ${at + 1} of ${count}`)

/** It must go on by itself where it was acknowledged, and may be asked for again where it was not. */
function lifeOf(
  lane: Lane,
  act: () => Promise<unknown>,
  rest: Pick<Life, 'done' | 'well'> & { readonly isThere?: () => Promise<boolean> },
): Life {
  const { ana } = lane
  return {
    mortal: ana.mortal,
    act,
    done: rest.done,
    well: rest.well,
    again: async (acknowledged) => {
      await (await ana.start()).online()
      if (!acknowledged && rest.isThere) await sleep(COMING_MS)
      if (!acknowledged && !(await rest.isThere?.())) await act()
      await rest.well()
    },
  }
}

export const founding: Flow = async (lane, name) => {
  const { ana, ben, ids } = lane
  const find = async () => {
    const channels = await ana.person.until('channels', {}, () => true)
    return channels.filter((channel) => channel.name === name)
  }
  const act = () => ana.person.createChannel(name, 'private', [ids.ben])
  return lifeOf(lane, act, {
    // Who sees it in the list does not make it again.
    isThere: async () => (await find()).length > 0,
    done: async () => {
      const [channel] = await find()
      return channel !== undefined && shownMembers(ana.person, channel.channelId).length === 2
    },
    well: async () => {
      await ana.person.until('channels', {}, (all) => all.some((channel) => channel.name === name))
      const [channel, ...others] = await find()
      if (!channel || others.length > 0) throw new Error(`there are ${others.length + 1} channels`)
      await ben.isIn(channel.channelId)
      await ben.until('channels', {}, (all) => all.some((each) => each.name === name))
      await allTalk([ana.person, ben], channel.channelId, 'After')
      await demandWhole([ana.person, ben], channel.channelId, [])
    },
  })
}

export const addingSomebody: Flow = async (lane, name) => {
  const { ana, ben, carla, ids } = lane
  const channelId = await channelOfTwo(lane, name)
  const act = () => ana.person.do('channel.addMembers', { channelId, people: [ids.carla] })
  return lifeOf(lane, act, {
    done: async () => shownMembers(ana.person, channelId).length === 3,
    well: async () => {
      await carla.person.isIn(channelId)
      await allTalk([ana.person, ben, carla.person], channelId, 'After')
      await demandWhole([ana.person, ben], channelId, before(2))
      await demandWhole([carla.person], channelId, [])
    },
  })
}

export const removingSomebody: Flow = async (lane, name) => {
  const { ana, ben, carla, ids } = lane
  const channelId = await channelOfThree(lane, name)
  const act = () => ana.person.do('channel.removeMember', { channelId, userId: ids.carla })
  return lifeOf(lane, act, {
    done: async () => shownMembers(ana.person, channelId).length === 2,
    well: async () => {
      await Promise.all([ana.person, ben].map((person) => shows(person, channelId, 2)))
      await allTalk([ana.person, ben], channelId, 'After')
      await demandWhole([ana.person, ben], channelId, before(3))
      const texts = await carla.person.texts(channelId)
      if (texts.some((text) => text.startsWith('After')))
        throw new Error('who was removed reads what was said afterwards')
    },
  })
}

/** Whoever says something after a day renews the epoch first. Who heard no answer says the same once more, as a tab does. */
export const renewing: Flow = async (lane, name) => {
  const { ana, ben } = lane
  ana.mortal.aheadMs = 0
  const channelId = await channelOfTwo(lane, name)
  ana.mortal.aheadMs = RENEWAL_MS
  const text = 'After a day'
  const clientId = uuidV7(Date.now(), randomBytes(10)) as ClientId
  const act = () => ana.person.do('message.send', { channelId, clientId, text, files: [] })
  return lifeOf(lane, act, {
    done: async () => (await ana.person.texts(channelId)).includes(text),
    well: async () => {
      await Promise.all([ana.person, ben].map((person) => person.hears(channelId, text)))
      await allTalk([ana.person, ben], channelId, 'After')
      await demandWhole([ana.person, ben], channelId, [...before(2), text])
      ana.mortal.aheadMs = 0
    },
  })
}
