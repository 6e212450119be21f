/**
 * What a process holds in memory, seen from outside it: the pages that it can write to (Linux, of one's own processes), and the
 * heap as V8 dumps it. For tests; the server knows nothing of either.
 */
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Finding, MarkSearch } from './mark-search.ts'
import { sendSignal } from './process.ts'

const DUMP_SIGNAL = 'SIGUSR2'
const DUMP_WITHIN_MS = 60_000
const POLL_MS = 50

/** The environment in which a Node.js program dumps its heap into a folder when it is told to. */
export function dumpingTo(folder: string): Record<string, string> {
  return { NODE_OPTIONS: `--heapsnapshot-signal=${DUMP_SIGNAL} --diagnostic-dir=${folder}` }
}

/** Rubbish is collected first: what is in the dump is held. Gives the file, once `isDone` says that the program goes on. */
export async function dumpHeap(pid: number, folder: string, isDone: () => Promise<boolean>): Promise<string> {
  sendSignal(pid, DUMP_SIGNAL)
  for (const deadline = Date.now() + DUMP_WITHIN_MS; Date.now() < deadline; await sleep(POLL_MS)) {
    const file = readdirSync(folder).find((name) => name.endsWith('.heapsnapshot'))
    // The program writes it in one go and answers nobody meanwhile.
    if (file !== undefined && (await isDone())) return join(folder, file)
  }
  throw new Error(`process ${pid} did not dump its heap within ${DUMP_WITHIN_MS} ms`)
}

interface Region {
  readonly from: number
  readonly to: number
}

const PAGE_BYTES = 4096
const PAGEMAP_ENTRY_BYTES = 8
/** Of an entry's last byte: the page is in memory, or was moved out of it. */
const PRESENT_OR_SWAPPED = 0xc0

/** Writable, and in memory at least in part. `shared` is what several processes have together. */
function regionsOf(pid: number, sharing: 'private' | 'shared'): Region[] {
  const kind = sharing === 'private' ? 'p' : 's'
  return readFileSync(`/proc/${pid}/smaps`, 'utf8')
    .split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m)
    .flatMap((text) => {
      const [, from, to] = new RegExp(`^([0-9a-f]+)-([0-9a-f]+) rw.${kind} `).exec(text) ?? []
      if (from === undefined || to === undefined || /^Rss: +0 kB$/m.test(text)) return []
      return [{ from: Number.parseInt(from, 16), to: Number.parseInt(to, 16) }]
    })
}

/** The parts of a region that have been written to: most of a large one never is. */
function usedParts(pagemap: number, { from, to }: Region): Region[] {
  const entries = Buffer.alloc(((to - from) / PAGE_BYTES) * PAGEMAP_ENTRY_BYTES)
  readSync(pagemap, entries, 0, entries.length, (from / PAGE_BYTES) * PAGEMAP_ENTRY_BYTES)
  const parts: { from: number; to: number }[] = []
  for (let page = from; page < to; page += PAGE_BYTES) {
    const entry = ((page - from) / PAGE_BYTES + 1) * PAGEMAP_ENTRY_BYTES - 1
    if ((entries[entry]! & PRESENT_OR_SWAPPED) === 0) continue
    const last = parts.at(-1)
    if (last?.to === page) last.to += PAGE_BYTES
    else parts.push({ from: page, to: page + PAGE_BYTES })
  }
  return parts
}

/** Throws where the system lets nobody read it: EACCES or EPERM. */
export function searchMemory(search: MarkSearch, pid: number, sharing: 'private' | 'shared'): Finding[] {
  const open = (name: string) => openSync(`/proc/${pid}/${name}`, 'r')
  const [memory, pagemap] = [open('mem'), open('pagemap')]
  try {
    return regionsOf(pid, sharing)
      .flatMap((region) => usedParts(pagemap, region))
      .flatMap(({ from, to }) => search.inPart(memory, from, to, `the memory of process ${pid}`))
  } finally {
    closeSync(memory)
    closeSync(pagemap)
  }
}
