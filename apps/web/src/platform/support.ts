/** What this program needs of a browser, before anything of it starts. For the page that explains. */
import { text } from '../text/index.ts'

/** What is missing, in words for a person; empty where everything is there. */
export function missingFeatures(): string[] {
  const { needs } = text.platform
  const found: [missing: boolean, name: string][] = [
    [!globalThis.isSecureContext, needs.secure],
    [!globalThis.crypto?.subtle, needs.encryption],
    [!globalThis.navigator?.locks, needs.locks],
    [typeof globalThis.navigator?.storage?.getDirectory !== 'function', needs.files],
    [typeof globalThis.indexedDB === 'undefined', needs.database],
    [typeof BroadcastChannel === 'undefined', needs.channels],
    [typeof Worker === 'undefined', needs.workers],
    [typeof WebAssembly === 'undefined', needs.webAssembly],
  ]
  return found.filter(([missing]) => missing).map(([, name]) => name)
}
