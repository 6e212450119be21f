/** In a browser's worker: what browser.ts asks for, answered by the times. */
import { measureGroup, measureMessages, type Committers } from './group-work.ts'

interface Wanted {
  readonly leaves: number
  readonly rounds: number
  readonly committers: Committers
}

onmessage = async ({ data }: MessageEvent<Wanted>) => {
  const { leaves, rounds, committers } = data
  postMessage(leaves > 0 ? await measureGroup(leaves, rounds, committers) : await measureMessages(rounds))
}
