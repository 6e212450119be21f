/**
 * Every operation over HTTP, in JSON and CBOR, as an administrator, a member and nobody, with inputs made from its schema:
 * whatever comes is answered by the table, soon, and what does not fit is not accepted. `REFORMS_FUZZ_CASES` asks for
 * another number of cases each, `REFORMS_FUZZ_SEED` for others.
 */
import { decodeCbor, OPERATIONS, type OperationName } from '@reforms/protocol'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { faultOf, HANG_MS, type Answered } from './testing-judgement.ts'
import { requests, type Request } from './testing-request.ts'
import { CASES, names, SEED, Town, transportOf } from './testing-town.ts'

const AT_ONCE = 8

let town: Town

beforeAll(async () => {
  town = await Town.found()
})
afterAll(() => town.stop())

async function ask(name: OperationName, { caller, url, format, body }: Request): Promise<Answered> {
  const token = town.tokenOf(caller)
  const began = performance.now()
  const { statusCode, rawPayload } = await town.server.app.fastify.inject({
    method: OPERATIONS[name].method,
    url,
    headers: {
      accept: 'application/cbor',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body ? { 'content-type': `application/${format}` } : {}),
    },
    ...(body ? { payload: body } : {}),
  })
  const tookMs = performance.now() - began
  const value = rawPayload.length > 0 ? decodeCbor(new Uint8Array(rawPayload)) : undefined
  return { status: statusCode, tookMs, outcome: statusCode < 300 ? { output: value } : { error: value } }
}

/** What a busy machine, or another request in the way, may have brought about is tried once more and alone. */
async function judge(name: OperationName, request: Request): Promise<string | undefined> {
  const answered = await ask(name, request)
  const again = answered.tookMs > HANG_MS || answered.status === 503
  return faultOf(name, request.fits, again ? await ask(name, request) : answered)
}

function described(fault: string, { caller, url, format, body }: Request): string {
  const shown = body && (format === 'json' ? body.toString('utf8') : body.toString('hex')).slice(0, 600)
  return `${fault}: as ${caller}, ${url.slice(0, 300)} ${format} ${shown ?? ''}`
}

async function fuzz(name: OperationName): Promise<{ faults: string[]; fitting: number }> {
  const faults: string[] = []
  let fitting = 0
  for (let done = 0; done < CASES; done += AT_ONCE) {
    await town.revive()
    const drawn = fc.sample(requests(name, town.known), { numRuns: AT_ONCE, seed: SEED * 1_000_003 + done })
    fitting += drawn.filter((request) => request.fits).length
    const judged = await Promise.all(drawn.map((request) => judge(name, request)))
    for (const [index, fault] of judged.entries()) if (fault) faults.push(described(fault, drawn[index]!))
  }
  return { faults, fitting }
}

describe('ENC-6, OP-3: whatever is asked is answered by the table', () => {
  test.each(names.filter((name) => transportOf(name) === undefined))('%s', async (name) => {
    const { faults, fitting } = await fuzz(name)
    expect(faults.slice(0, 5)).toEqual([])
    expect(fitting).toBeGreaterThan(CASES / 10)
    expect(fitting).toBeLessThan(CASES)
  })
})
