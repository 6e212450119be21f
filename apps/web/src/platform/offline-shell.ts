/**
 * Registers the service worker, with which the page opens without a connection. Where there is none (private windows, a
 * certificate that was clicked through) everything else works. For main.tsx.
 */
import { registerWorker } from './trusted-worker.ts'

const ADDRESS = '/sw.js'

export function keepForOffline(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  registerWorker(ADDRESS).catch((problem: unknown) => {
    console.info('This page will not open without a connection.', String(problem))
  })
}
