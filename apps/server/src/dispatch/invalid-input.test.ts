/** Every operation of the table with inputs that break its schema: always a typed refusal, never a fault of the server. */
import { OPERATIONS, ProtocolError, type OperationName } from '@reforms/protocol'
import { watchForHang } from '@reforms/protocol/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addTestChannel } from '../features/testing.ts'
import { startTestServer, type TestPerson, type TestServer } from '../testing.ts'
import { example, exampleInput, schemaOf, type SchemaNode } from './testing-input.ts'
import { checkInput } from './validation.ts'

type Input = Record<string, unknown>

/** Values of the right kind that are just outside, and values of the wrong kind. */
function outside(node: SchemaNode): unknown[] {
  const bytes = node['x-bytes']
  if (bytes) {
    const short = bytes.minLength > 0 ? [new Uint8Array(bytes.minLength - 1)] : []
    return [...short, new Uint8Array(bytes.maxLength + 1), 'not bytes', 7]
  }
  if (node.anyOf) return ['no such choice', 7, null]
  if (node.items) {
    const many = node.maxItems === undefined ? [] : [Array(node.maxItems + 1).fill(example(node.items))]
    return ['no list', { 0: 1 }, [null], ...many]
  }
  if (node.type === 'integer') return [(node.minimum ?? 0) - 1, 0.5, 1e300, 'one', null, [1]]
  if (node.type === 'boolean') return ['yes', 1, null]
  const long = node.maxLength === undefined ? [] : ['a'.repeat(node.maxLength + 1)]
  return ['\0', ...long, 7, null, { a: 1 }]
}

const names = Object.keys(OPERATIONS) as OperationName[]
const transportOf = (name: OperationName): string | undefined =>
  (OPERATIONS[name] as { transport?: string }).transport

let server: TestServer
let ada: TestPerson
let channelId: string

beforeAll(async () => {
  server = await startTestServer({
    rates: {
      address: { perSecond: 1e6, burst: 1e6 },
      openAddress: { perSecond: 1e6, burst: 1e6 },
      session: { perSecond: 1e6, burst: 1e6 },
      append: { perSecond: 1e6, burst: 1e6 },
    },
  })
  ada = await server.administrator()
  channelId = await addTestChannel(server.sql, [ada.device])
})
afterAll(() => server.stop())

/** An input that fits, about a channel in which the caller is. */
function valid(name: OperationName): Input {
  const input = exampleInput(name)
  return 'channelId' in input ? { ...input, channelId } : input
}

async function refusal(name: OperationName, input: Input) {
  const answer = await server.send(name, input, ada)
  return 'error' in answer ? `${answer.status} ${answer.error.code}` : 'accepted'
}

describe.each(names.filter((name) => transportOf(name) === undefined))('%s', (name) => {
  const { properties = {}, required = [] } = schemaOf(name)
  const inPath = (property: string) => OPERATIONS[name].path.includes(`:${property}`)
  const { method } = OPERATIONS[name]
  const inQuery = method === 'GET' || method === 'DELETE'

  test('ERR-3: refuses a property that nobody knows, and one that is missing', async () => {
    expect(await refusal(name, { ...valid(name), unknown: 'x' })).toBe('400 invalid-input')
    for (const property of required.filter((each) => !inPath(each))) {
      // A query cannot tell an empty list from none.
      if (inQuery && properties[property]?.items) continue
      const { [property]: _left, ...rest } = valid(name)
      expect(await refusal(name, rest), property).toBe('400 invalid-input')
    }
  })

  test('OP-3: refuses values outside of what the schema allows', async () => {
    for (const [property, node] of Object.entries(properties)) {
      for (const [index, value] of outside(node).entries()) {
        const label = `${property}, value ${index}`
        // A path or a query is text: what is not text there becomes some.
        if ((inPath(property) || inQuery) && typeof value !== 'string' && !(value instanceof Uint8Array))
          continue
        if (inPath(property) && value === '') continue
        const codes = ['400 invalid-input', '413 too-large', '404 unknown-operation', '404 not-found']
        expect(codes, label).toContain(await refusal(name, { ...valid(name), [property]: value }))
      }
    }
  })
})

test('OP-3: half of a surrogate pair, which JSON can say and UTF-8 cannot, is refused', async () => {
  const { statusCode, body } = await server.app.fastify.inject({
    method: 'POST',
    url: '/api/sessions',
    headers: { 'content-type': 'application/json' },
    payload: String.raw`{"userName":"\ud800","password":"correct horse battery","client":"browser"}`,
  })
  expect(statusCode).toBe(400)
  expect(body).toContain('surrogate')
})

test('OP-3: bytes are no input, not even where an empty object is one', () => {
  expect(() => checkInput('session.read', {})).not.toThrow()
  expect(() => checkInput('session.read', new Uint8Array())).toThrow(ProtocolError)
})

test('ENC-6: a refusal costs the server little, however much is wrong', () => {
  const unknown = Object.fromEntries(Array.from({ length: 200_000 }, (_, at) => [at.toString(36), 0]))
  const many = Array.from({ length: 900_000 }, () => 0)
  for (const input of [unknown, { channelId, members: many }, { channelId, members: [many] }]) {
    const demandNoHang = watchForHang()
    expect(() => checkInput('channel.add', input)).toThrow(ProtocolError)
    demandNoHang()
  }
})

test('every input that this file takes for valid is', () => {
  for (const name of names) expect(() => checkInput(name, valid(name)), name).not.toThrow()
})

test('no operation answers a valid but meaningless input by a fault of the server', async () => {
  const ending = new Set<OperationName>(['session.close', 'session.closeOthers', 'device.cut'])
  for (const name of names.filter((each) => transportOf(each) === undefined && !ending.has(each))) {
    expect(await refusal(name, valid(name)), name).not.toMatch(/^5/)
  }
})
