/** A page that e2e/platform drives: the hosts around an engine that counts, and what workers do with the Database port. */
import { connectTo } from '../src/platform/engine.ts'
import { startWorker } from '../src/platform/trusted-worker.ts'
import contractWorker from './contract-worker.ts?worker&url'
import countingWorker from './counting-worker.ts?worker&url'
import cutWorker from './cut-worker.ts?worker&url'

/** The title of each case, with what was wrong where something was. */
function runContract(): Promise<{ title: string; problem?: string }[]> {
  return new Promise((resolve, reject) => {
    const worker = startWorker(contractWorker)
    worker.onmessage = ({ data }) => resolve(data)
    worker.onerror = ({ message }) => reject(new Error(message))
  })
}

interface Found {
  counts: number[]
  rows: number
  whole: boolean
}

/** A worker that writes is cut off after a time: what it found at first, and what it has said to be committed since. */
function runCut(afterMs: number): Promise<{ found: Found; committed: number }> {
  return new Promise((resolve, reject) => {
    const worker = startWorker(cutWorker)
    let committed = 0
    worker.onerror = ({ message }) => reject(new Error(message))
    worker.onmessage = ({ data }: MessageEvent<Found | { committed: number }>) => {
      if ('committed' in data) {
        committed = data.committed
        return
      }
      const cut = () => (
        worker.terminate(),
        resolve({ found: data, committed: Math.max(committed, data.counts[0] ?? 0) })
      )
      setTimeout(cut, afterMs)
    }
  })
}

/** `lateMs`: until the page takes part, as one that draws first. */
function connect(lateMs: number) {
  return connectTo(countingWorker, new Promise((resolve) => setTimeout(resolve, lateMs)))
}

Object.assign(globalThis, { connect, runContract, runCut })
