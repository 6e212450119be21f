/** A server that answers some operations otherwise than it should, as seen by one client. For tests only. */
import type { Transport } from '@reforms/client'
import type { OperationName, Output } from '@reforms/protocol'

export type Lies = { [N in OperationName]?: (truth: Output<N>) => Output<N> | Promise<Output<N>> }

/** Give it as `between`. Lies may be added and taken back while it runs. */
export function lying(lies: Lies): (transport: Transport) => Transport {
  return (transport) => ({
    async call(operation, input, via) {
      const truth = await transport.call(operation, input, via)
      const lie = lies[operation] as ((truth: unknown) => unknown) | undefined
      return (lie ? await lie(truth) : truth) as typeof truth
    },
    open: (listeners) => transport.open(listeners),
    close: () => transport.close(),
    upload: (blobId, offset, bytes) => transport.upload(blobId, offset, bytes),
    download: (blobId) => transport.download(blobId),
  })
}
