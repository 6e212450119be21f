/**
 * Highlighting, as the page asks for it: one worker, started on first use, given a limited time. What was highlighted is kept, so
 * that a block that is drawn again is coloured at once; what could not be loaded is asked for again then.
 */
import { startWorker } from '../../../platform/trusted-worker.ts'
import type { HighlightAnswer, HighlightRequest, Run } from './highlighted.ts'
import workerAddress from './highlight-worker.ts?worker&url'

/** Loading a language takes the most of it, over a slow line. */
const ANSWER_WITHIN_MS = 10_000
/** What is longer stays as it is: a message holds twice as much. */
const CODE_MAX_CHARACTERS = 20_000
const KEPT = 200

const kept = new Map<string, Run[] | undefined>()
type Answer = Omit<HighlightAnswer, 'id'>
const waiting = new Map<number, (answer: Answer) => void>()
let worker: Worker | undefined
let lastId = 0

const keyOf = (code: string, language: string) => `${language}\n${code}`

/** Undefined where it has not been highlighted yet, or cannot be. */
export function highlightedBefore(code: string, language: string): Run[] | undefined {
  return kept.get(keyOf(code, language))
}

export async function highlight(code: string, language: string): Promise<Run[] | undefined> {
  const key = keyOf(code, language)
  if (code.length > CODE_MAX_CHARACTERS || kept.has(key)) return kept.get(key)
  const { runs, isLacking } = await ask(code, language)
  if (isLacking) return undefined
  kept.set(key, runs)
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT) break
    kept.delete(oldest)
  }
  return runs
}

function ask(code: string, language: string): Promise<Answer> {
  worker ??= start()
  const id = ++lastId
  worker.postMessage({ id, code, language } satisfies HighlightRequest)
  return new Promise((resolve) => {
    const late = setTimeout(() => giveUp({}), ANSWER_WITHIN_MS)
    waiting.set(id, (answer) => {
      clearTimeout(late)
      waiting.delete(id)
      resolve(answer)
    })
  })
}

function start(): Worker {
  const started = startWorker(workerAddress)
  started.onmessage = ({ data: { id, ...answer } }: MessageEvent<HighlightAnswer>) => {
    waiting.get(id)?.(answer)
    // A browser may keep for a worker's life that a part of it could not be loaded.
    if (answer.isLacking && worker === started) giveUp(answer)
  }
  started.onerror = () => giveUp({ isLacking: true })
  return started
}

/** One block that takes for ever costs those that wait with it their colours, and nothing else. */
function giveUp(answer: Answer): void {
  worker?.terminate()
  worker = undefined
  for (const told of [...waiting.values()]) told(answer)
}
