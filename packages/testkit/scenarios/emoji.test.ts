/** The organisation's own emoji: added, said, given as a reaction, kept without a connection, and taken away. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { LyingServer, startServer, TestPerson, type TestServer } from '../src/index.ts'

let server: TestServer
let ana: TestPerson
let ben: TestPerson
const people = () => [ana, ben].filter(Boolean)

/** One pixel, as a GIF that any browser draws. */
const DOT = Buffer.from('R0lGODlhAQABAIAAAP8AAAAAACwAAAAAAQABAAACAkQBADs=', 'base64')
const SIGN = ':thank_you_ward:'
/** Within this time whoever lost the connection is back. */
const RECONNECTED_MS = 1500

beforeAll(async () => {
  server = await startServer()
  ana = await TestPerson.register({ serverUrl: server.url }, server.setupLink, 'Ana')
  ben = await TestPerson.register({ serverUrl: server.url }, await ana.invite(), 'Ben')
})
afterAll(async () => {
  await Promise.all(people().map((person) => person.leave()))
  await server?.stop()
})

it('EMO-1, EMO-3, EMO-4: what an administrator adds, everybody has at once, and says by its name', async () => {
  const channelId = await ana.createChannel('Ward 3', 'private', [await ben.me()])
  await ben.isIn(channelId)
  const picture = new Uint8Array(DOT)
  await ana.do('emoji.add', { name: 'thank_you_ward', picture })
  const [emoji] = await ben.until('emoji', {}, ({ length }) => length === 1)
  expect(emoji?.name).toBe('thank_you_ward')
  const { emojiId } = emoji!
  expect(await ben.do('emoji.picture', { emojiId })).toEqual({ bytes: picture, mediaType: 'image/gif' })

  await ben.say(channelId, `Done ${SIGN}`)
  const said = await ana.hears(channelId, `Done ${SIGN}`)
  const seq = said.kind === 'message' ? (said.seq ?? 0) : 0
  await ana.do('message.react', { channelId, seq, emoji: SIGN, on: true })
  await ben.until('timeline', { channelId, limit: 10 }, ({ items }) =>
    items.some((item) => item.kind === 'message' && item.reactions?.[0]?.emoji === SIGN),
  )

  // A device that comes later has it from the server; where that is too busy it does without, and stays online.
  let came = 0
  const lying = new LyingServer({ 'presence.set': (truth) => ((came += 1), truth) })
  lying.refusals.set('emoji.read', 'unavailable')
  const options = { serverUrl: server.url, between: lying.between }
  const phone = await TestPerson.restore(options, 'Ben', ben.phrase)
  await phone.isIn(channelId)
  await sleep(RECONNECTED_MS)
  expect(came).toBe(1)
  lying.refusals.clear()
  lying.push({ type: 'emoji' })
  await phone.until('emoji', {}, ({ length }) => length === 1)
  await phone.leave()
  await expect(ben.do('emoji.remove', { emojiId })).rejects.toMatchObject({ problem: { code: 'forbidden' } })
  await ana.do('emoji.remove', { emojiId })
  await ben.until('emoji', {}, ({ length }) => length === 0)
  await expect(ben.do('emoji.picture', { emojiId })).rejects.toMatchObject({ problem: { code: 'not-found' } })
  const { items } = await ben.until('timeline', { channelId, limit: 10 }, () => true)
  expect(items).toContainEqual(expect.objectContaining({ text: `Done ${SIGN}` }))
})
