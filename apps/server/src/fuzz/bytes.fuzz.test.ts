/**
 * The operations whose body is a stream of bytes, with ids, headers and bodies made at random: answered by the table, soon.
 * And the control of this folder: what would be wrong is noticed.
 */
import { isErrorCode, OPERATIONS, type BlobId, type ChannelId, type ErrorCode } from '@reforms/protocol'
import { fitting } from '@reforms/protocol/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ERROR_HEADER } from '../dispatch/answer.ts'
import { newId } from '../testing.ts'
import { faultOf, HANG_MS } from './testing-judgement.ts'
import { schemaOf } from './testing-request.ts'
import { CASES, SEED, Town } from './testing-town.ts'

const SIZE = 1000

let town: Town

beforeAll(async () => {
  town = await Town.found()
})
afterAll(() => town.stop())

const headerText = fc.oneof(
  fc.constantFrom(
    '0',
    '1',
    '-1',
    '1e3',
    String(SIZE),
    '9007199254740993',
    '99999999999999999999',
    '',
    ' 0',
    '0,0',
    '0x1',
    'NaN',
  ),
  fc.constantFrom(
    'bytes=0-',
    'bytes=0-9',
    'bytes=9-0',
    'bytes=-0',
    'bytes=-5',
    'bytes=0-1,2-3',
    'bytes=999-',
    'bytes=0-99999999999999999999',
    'lines=1-2',
  ),
  fc.string({ unit: fc.constantFrom(...' !"%,-./09:;=AZ_az~'), maxLength: 20 }),
)
const types = fc.constantFrom('application/offset+octet-stream', 'application/json', 'text/plain', 'x')

const requests = fc.record({
  name: fc.constantFrom('blob.status' as const, 'blob.append' as const, 'blob.read' as const),
  input: fitting(schemaOf('blob.read')),
  real: fc.boolean(),
  signedIn: fc.oneof(fc.constant(true), fc.constant(true), fc.boolean()),
  headers: fc.record(
    {
      'upload-offset': headerText,
      'tus-resumable': fc.constantFrom('1.0.0', '1.0.0', '0.2.2'),
      range: headerText,
      'content-type': types,
    },
    { requiredKeys: ['tus-resumable', 'upload-offset'], noNullPrototype: true },
  ),
  body: fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.constantFrom(SIZE - 1, SIZE, SIZE + 1).map((length) => new Uint8Array(length)),
  ),
})

async function announce(): Promise<BlobId> {
  const blobId = newId<BlobId>()
  const [channelId] = town.known['channelId'] as [ChannelId]
  await town.server.call('blob.create', { blobId, channelId, size: SIZE }, { token: town.tokenOf('member')! })
  return blobId
}

type Asked = typeof requests extends fc.Arbitrary<infer R> ? R : never

async function faultIn(
  { name, input, real, signedIn, headers, body }: Asked,
  blobId: BlobId,
): Promise<string | undefined> {
  const id = real ? blobId : (input as { blobId: string }).blobId
  const began = performance.now()
  const answer = await town.server.app.fastify.inject({
    method: OPERATIONS[name].method,
    url: `/api/blobs/${id}`,
    headers: { ...headers, ...(signedIn ? { authorization: `Bearer ${town.tokenOf('member')!}` } : {}) },
    ...(name === 'blob.append' ? { payload: Buffer.from(body) } : {}),
  })
  if (performance.now() - began > HANG_MS) return 'an answer after more than a second'
  if (answer.statusCode < 300) return real && signedIn ? undefined : 'accepted'
  if (answer.statusCode >= 500) return `status ${answer.statusCode}`
  const code = answer.headers[ERROR_HEADER]
  // Another version of tus, or a range that is not there: these have a status of their own, and no error.
  if (answer.statusCode === 412 || answer.statusCode === 416) return undefined
  return typeof code === 'string' && isErrorCode(code)
    ? undefined
    : `status ${answer.statusCode} and no error`
}

test('ENC-6: whatever is asked of a blob is answered by the table', async () => {
  for (let done = 0; done < CASES * 3; done += 10) {
    const blobId = await announce()
    for (const asked of fc.sample(requests, { numRuns: 10, seed: SEED * 3_000_017 + done })) {
      expect(
        await faultIn(asked, blobId),
        JSON.stringify({ ...asked, body: asked.body.length }),
      ).toBeUndefined()
    }
    await town.server.sql`delete from blob where blob_id = ${blobId}`
  }
})

test('what would be wrong is noticed (positive control)', () => {
  const answered = (outcome: { output: unknown } | { error: unknown }, status: number, tookMs = 1) =>
    faultOf('settings.read', true, { outcome, status, tookMs })
  const settings = {
    organisation: 'o',
    registration: 'open',
    publicChannels: 'everyone',
    sessionDays: 1,
    fileMaxMegabytes: 1,
    teams: 'administrators',
    receipts: true,
  }
  const error = (code: ErrorCode | 'surprise') => ({ error: { code, message: '' } })
  expect(answered({ output: settings }, 200)).toBeUndefined()
  expect(answered(error('forbidden'), 403)).toBeUndefined()
  expect(answered({ output: { ...settings, sessionDays: 0 } }, 200)).toContain('breaks the table')
  expect(answered({ output: settings }, 200, HANG_MS + 1)).toContain('ms')
  expect(answered(error('internal'), 500)).toContain('fault of the server')
  expect(answered(error('forbidden'), 200)).toContain('status')
  expect(answered(error('turn-busy'), 409)).toContain('does not name')
  expect(answered(error('surprise'), 400)).toContain('catalogue')
  const accepted = { outcome: { output: settings }, status: 200, tookMs: 1 }
  expect(faultOf('settings.read', false, accepted)).toContain('was accepted')
})
