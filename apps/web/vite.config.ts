/** How the web client is built: static files under a Content Security Policy without `unsafe-inline` (SECURITY.md). */
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [react()],
  worker: { format: 'es' },
  build: {
    target: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    modulePreload: { polyfill: false },
    // Nothing becomes a data: URL: the policy lets scripts, workers and fonts come from this origin only.
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    sourcemap: true,
  },
  optimizeDeps: { exclude: ['@evolu/sqlite-wasm'] },
})
