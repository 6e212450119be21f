import { hashPayload, nextHead } from '@reforms/crypto'
import { limits, type DeviceId, type Entry } from '@reforms/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Transport } from '../../ports.ts'
import { readChannel } from '../tables/channels.ts'
import { listFrom } from '../tables/entries.ts'
import { newChannel, type TestChannel } from '../testing-channel.ts'
import { fetchBackward, fetchForward, fetchStart } from './fetching.ts'

const PAGE = 3
const ELSEWHERE = '0193d7c0-0000-7000-8000-0000000000ff' as DeviceId

let channel: TestChannel
/** What the server makes of the pages that it gives. */
let lie: (entries: Entry[]) => Entry[]

beforeEach(async () => {
  channel = await newChannel()
  for (const text of ['One', 'Two', 'Three', 'Four', 'Five', 'Six']) {
    await channel.log.appendMessage(channel.ana, channel.record, text)
  }
  lie = (entries) => entries
  channel.device.ports.transport = {
    call: async (operation: string, input: { before?: number; after?: number }) => {
      const { entries } = channel.log
      if (operation === 'log.read') return { entries: lie(entries.slice(input.after)), seq: entries.length }
      const end = Math.min((input.before as number) - 1, entries.length)
      const start = Math.max(0, end - PAGE)
      const headBefore = entries[start - 1]?.head ?? new Uint8Array(32)
      return { entries: lie(entries.slice(start, end)), headBefore }
    },
  } as unknown as Transport
})

const log = () => readChannel(channel.device.database, channel.log.channelId)?.log
const storedSeqs = () =>
  listFrom(channel.device.database, channel.log.channelId, ['message', 'commit'], 0).map(({ seq }) => seq)

/** Every link made anew, so that a page fits itself. */
function rechained(entries: Entry[], change: (entry: Entry) => Entry): Entry[] {
  let head = channel.log.entries[(entries[0] as Entry).seq - 2]?.head ?? new Uint8Array(32)
  return entries.map((entry) => {
    const changed = change(entry)
    const payloadHash = hashPayload(changed.payload as Uint8Array)
    const header = { ...changed, sender: changed.sender ?? null, relatesTo: undefined, notify: undefined }
    head = nextHead(head, header, payloadHash)
    return { ...changed, payloadHash, head }
  })
}

const LIES: ((entries: Entry[]) => Entry[])[] = [
  (entries) => entries.map((entry, at) => (at === 0 ? { ...entry, at: 5 } : entry)),
  (entries) => entries.map((entry, at) => (at === 1 ? { ...entry, payload: Uint8Array.of(1) } : entry)),
  (entries) => entries.map((entry, at) => (at === 2 ? { ...entry, sender: ELSEWHERE } : entry)),
  (entries) => [entries[0] as Entry, ...entries.slice(2)],
]

describe('the chain', () => {
  it('LOG-4: is checked link by link forwards: what does not fit is not stored', async () => {
    for (const wrong of LIES) {
      lie = wrong
      await expect(fetchForward(channel.device, channel.log.channelId)).rejects.toThrow()
      expect([storedSeqs(), log()?.seq]).toEqual([[], 0])
    }
    lie = (entries) => entries
    expect(await fetchForward(channel.device, channel.log.channelId)).toBe(true)
    expect(storedSeqs()).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })

  it('LOG-4: is checked link by link backwards, and has to lead to what is here', async () => {
    await fetchStart(channel.device, channel.log.channelId)
    expect([storedSeqs(), log()?.firstSeq]).toEqual([[6, 7, 8], 6])
    const other = (entries: Entry[]) => rechained(entries, (entry) => ({ ...entry, at: entry.at + 1 }))
    const cut = (entries: Entry[]) => entries.slice(0, -1)
    for (const wrong of [...LIES, other, cut]) {
      lie = wrong
      await expect(fetchBackward(channel.device, channel.log.channelId)).rejects.toThrow()
      expect([storedSeqs(), log()?.firstSeq]).toEqual([[6, 7, 8], 6])
    }
    lie = (entries) => rechained(entries, (entry) => entry)
    expect(await fetchBackward(channel.device, channel.log.channelId)).toBe(true)
    expect([storedSeqs(), log()?.firstSeq]).toEqual([[3, 4, 5, 6, 7, 8], 3])
  })
})

describe('what has come', () => {
  it('ENG-2: is told also where the log ends with a full page', async () => {
    const { device, log: all } = channel
    while (all.entries.length < limits.LOG_PAGE_MAX)
      await all.appendMessage(channel.ana, channel.record, 'More')
    // As while page follows page.
    device.pagesToldAt.set(all.channelId, device.now())
    const told: (number | undefined)[] = []
    device.channelChanged = () => void told.push(log()?.seq)
    await fetchForward(device, all.channelId)
    expect(told.at(-1)).toBe(limits.LOG_PAGE_MAX)
  })
})
