/** How the web client is built: static files under a Content Security Policy without `unsafe-inline` (SECURITY.md). */
import react from '@vitejs/plugin-react'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

/**
 * SQLite itself, without the package's wrapper: that would bring further workers and a second copy of SQLite along.
 */
const SQLITE = fileURLToPath(
  new URL('sqlite-wasm/jswasm/sqlite3-bundler-friendly.mjs', import.meta.resolve('@evolu/sqlite-wasm')),
)

export default defineConfig({
  resolve: { alias: { '@evolu/sqlite-wasm': SQLITE } },
  plugins: [react()],
  worker: { format: 'es' },
  build: {
    target: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    modulePreload: { polyfill: false },
    // Nothing becomes a data: URL: the policy lets scripts, workers and fonts come from this origin only.
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    sourcemap: true,
    // For tools/sizes.mjs. The server sends no file whose name begins with a dot.
    manifest: '.manifest.json',
  },
  optimizeDeps: { exclude: ['@evolu/sqlite-wasm'] },
})
