/** Makes the ZIP of an exported history while the browser saves it. Loaded when somebody exports. */
import { makeZip } from 'client-zip'
import { saveMade } from '../../platform/file-streams.ts'
import { text } from '../../text/index.ts'
import { archiveOf, fetchHistories, type ExportOrder } from './archive.ts'
import { WrittenTimes } from './written-times.ts'

/** Resolves once all of it is handed to the browser. Rejects as the engine does; AbortError: it was cancelled, here or by the browser. */
export async function exportHistory(order: ExportOrder, onBytes: (bytes: number) => void): Promise<void> {
  const extents = await fetchHistories(order)
  const name = text.export.fileName(new WrittenTimes(order.timeZone).dayKey(order.now))
  await saveMade(name, zipOf(archiveOf(order, extents)).pipeThrough(counting(onBytes)))
}

export function zipOf(files: ReturnType<typeof archiveOf>): ReadableStream<Uint8Array> {
  return makeZip(files)
}

function counting(onBytes: (bytes: number) => void): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.length
      controller.enqueue(chunk)
      onBytes(bytes)
    },
  })
}
