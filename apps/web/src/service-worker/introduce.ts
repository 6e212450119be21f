/** Makes tabs of this profile known to each other, for service-worker.ts. What they say then does not come by here. */
import type { Introduced, Introduction, Lane } from './introductions.ts'

declare const self: ServiceWorkerGlobalScope

export async function introduce(asking: Client, { tab, term }: Introduction): Promise<void> {
  for (const page of await self.clients.matchAll({ type: 'window', includeUncontrolled: true })) {
    if (page.id === asking.id) continue
    const { port1, port2 } = new MessageChannel()
    page.postMessage({ kind: 'introduced', tab, term } satisfies Introduced, [port1])
    asking.postMessage({ kind: 'lane' } satisfies Lane, [port2])
  }
}
