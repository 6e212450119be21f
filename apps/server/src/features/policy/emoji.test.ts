import { limits, type EmojiId } from '@reforms/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId, startTestServer, type TestPerson, type TestServer } from '../../testing.ts'

let server: TestServer
let ada: TestPerson
let ben: TestPerson
let gia: TestPerson

beforeAll(async () => {
  server = await startTestServer()
  ada = await server.administrator()
  ben = await server.member(ada, 'ben')
  gia = await server.member(ada, 'gia', 'guest')
})
afterAll(() => server.stop())

/** The beginning of a GIF, which is all that the server looks at. */
function picture(width = 128, height = 128, length = 64): Uint8Array {
  const bytes = Buffer.alloc(length)
  bytes.write('GIF89a')
  bytes.writeUInt16LE(width, 6)
  bytes.writeUInt16LE(height, 8)
  return new Uint8Array(bytes)
}
const emoji = (name: string, bytes = picture()) => ({ emojiId: newId<EmojiId>(), name, picture: bytes })
const listed = async (person: TestPerson) =>
  (await server.call('emoji.list', {}, person)).emoji.map(({ name }) => name)

test('EMO-1: administrators add and remove emoji, everybody sees them, and the trail says who did what', async () => {
  const thanks = emoji('thank_you_ward')
  expect(await server.codeOf('emoji.add', thanks, ben)).toBe('forbidden')
  await server.call('emoji.add', thanks, ada)
  for (const person of [ben, gia]) {
    expect(await listed(person)).toEqual(['thank_you_ward'])
    const unknown = newId<EmojiId>()
    const { pictures } = await server.call('emoji.read', { emojiIds: [thanks.emojiId, unknown] }, person)
    expect(pictures).toEqual([{ emojiId: thanks.emojiId, picture: thanks.picture }])
  }
  expect(await server.codeOf('emoji.remove', { emojiId: thanks.emojiId }, ben)).toBe('forbidden')
  await server.call('emoji.remove', { emojiId: thanks.emojiId }, ada)
  expect(await server.codeOf('emoji.remove', { emojiId: thanks.emojiId }, ada)).toBe('not-found')
  expect(await listed(ben)).toEqual([])
  const { records } = await server.call('audit.read', { limit: 20 }, ada)
  const seen = records.map(({ action, subject }) => `${action} ${subject ?? ''}`)
  expect(seen).toEqual(expect.arrayContaining(['emoji.added thank_you_ward', 'emoji.removed thank_you_ward']))
})

test('EMO-1: a name is there once, and has the form of one', async () => {
  await server.call('emoji.add', emoji('party'), ada)
  expect(await server.codeOf('emoji.add', emoji('party'), ada)).toBe('name-taken')
  for (const name of ['Party', '30', '_x_', 'a', 'two words', 'x'.repeat(33)])
    expect(await server.codeOf('emoji.add', emoji(name), ada)).toBe('invalid-input')
  const once = emoji('once')
  await server.call('emoji.add', once, ada)
  expect(await server.codeOf('emoji.add', { ...once, name: 'twice' }, ada)).toBe('already-exists')
})

test('EMO-2: a picture is a PNG, WebP or GIF, small in pixels and in bytes', async () => {
  const svg = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')
  const code = (bytes: Uint8Array) => server.codeOf('emoji.add', emoji('some', bytes), ada)
  expect(await code(svg)).toBe('invalid-input')
  expect(await code(picture(129, 16))).toBe('invalid-input')
  expect(await code(picture(16, 0))).toBe('invalid-input')
  expect(await code(picture(16, 16, limits.EMOJI_MAX_BYTES + 1))).toBe('invalid-input')
  expect(await code(picture(16, 16, limits.EMOJI_MAX_BYTES))).toBe('done')
})

test('EMO-1, LIM-4: of emoji an organisation has a bounded number', async () => {
  const count = (await listed(ada)).length
  await server.sql`
    insert into emoji select gen_random_uuid(), 'filler-' || n, '\\x00'::bytea, now()
    from generate_series(1, ${limits.EMOJI_MAX - count}::int) n`
  expect(await server.codeOf('emoji.add', emoji('one_more'), ada)).toBe('too-many')
})
