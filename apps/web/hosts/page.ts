/** A page that e2e/platform drives: the hosts around an engine that counts, and the Database port's contract in a worker. */
import { connectTo } from '../src/platform/engine.ts'
import { startWorker } from '../src/platform/trusted-worker.ts'
import contractWorker from './contract-worker.ts?worker&url'
import countingWorker from './counting-worker.ts?worker&url'

/** The title of each case, with what was wrong where something was. */
function runContract(): Promise<{ title: string; problem?: string }[]> {
  return new Promise((resolve, reject) => {
    const worker = startWorker(contractWorker)
    worker.onmessage = ({ data }) => resolve(data)
    worker.onerror = ({ message }) => reject(new Error(message))
  })
}

Object.assign(globalThis, { connect: () => connectTo(countingWorker), runContract })
