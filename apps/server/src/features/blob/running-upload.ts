/**
 * The uploads that run in this process: one a blob. Whoever comes later takes over, since a request whose connection is
 * lost may hang for minutes, while its sender is back already. Between processes the row decides (upload.ts).
 */
import type { BlobId } from '@reforms/protocol'
import type { Readable } from 'node:stream'

interface RunningUpload {
  readonly body: Readable
  readonly ended: Promise<void>
}

const running = new Map<BlobId, RunningUpload>()

/** Ends the upload that runs, if any; resolves once what it received is stored. */
export async function endUpload(blobId: BlobId): Promise<void> {
  for (let upload = running.get(blobId); upload; upload = running.get(blobId)) {
    upload.body.destroy()
    await upload.ended
  }
}

/** Runs `receive` alone: `body` is destroyed when somebody takes over. */
export async function uploadAlone(
  blobId: BlobId,
  body: Readable,
  receive: () => Promise<void>,
): Promise<void> {
  await endUpload(blobId)
  const outcome = receive()
  const ended = outcome.then(
    () => undefined,
    () => undefined,
  )
  const upload = { body, ended }
  running.set(blobId, upload)
  try {
    await outcome
  } finally {
    running.delete(blobId)
  }
}
