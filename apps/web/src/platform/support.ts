/** What this program needs of a browser, before anything of it starts. For the page that explains. */

/** What is missing, in words for a person; empty where everything is there. */
export function missingFeatures(): string[] {
  const needs: [missing: boolean, name: string][] = [
    [!globalThis.isSecureContext, 'a secure connection (https)'],
    [!globalThis.crypto?.subtle, 'encryption (Web Crypto)'],
    [!globalThis.navigator?.locks, 'coordination between tabs (Web Locks)'],
    [
      typeof globalThis.navigator?.storage?.getDirectory !== 'function',
      'private files (origin private file system)',
    ],
    [typeof globalThis.indexedDB === 'undefined', 'a local database (IndexedDB)'],
    [typeof BroadcastChannel === 'undefined', 'messages between tabs (BroadcastChannel)'],
    [typeof Worker === 'undefined', 'background work (workers)'],
    [typeof WebAssembly === 'undefined', 'WebAssembly'],
  ]
  return needs.filter(([missing]) => missing).map(([, name]) => name)
}
