/** In a browser's worker: what browser.ts asks for, answered by the times. */
import { measureGroup, measureMessages } from './group-work.ts'

interface Wanted {
  readonly leaves: number
  readonly rounds: number
}

onmessage = async ({ data }: MessageEvent<Wanted>) => {
  const { leaves, rounds } = data
  postMessage(leaves > 0 ? await measureGroup(leaves, rounds) : await measureMessages(rounds))
}
