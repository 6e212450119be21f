/** Serves the screens over an engine in memory: `npx vite --config apps/web/preview/vite.config.ts`. Not part of what ships. */
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  publicDir: '../public',
  plugins: [react()],
  build: {
    target: ['chrome123', 'firefox120', 'safari17.5'],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
})
