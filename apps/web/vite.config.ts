/** How the web client is built: static files under a Content Security Policy without `unsafe-inline` (SECURITY.md). */
import react from '@vitejs/plugin-react'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'

/**
 * SQLite itself, without the package's wrapper: that would bring further workers and a second copy of SQLite along.
 */
const SQLITE = fileURLToPath(
  new URL('sqlite-wasm/jswasm/sqlite3-bundler-friendly.mjs', import.meta.resolve('@evolu/sqlite-wasm')),
)

const OTHER_FORMS = /,url\([^)]+\.(?:woff|ttf)\) ?format\("[a-z]+"\)/g

/** KaTeX names each font in three forms; every browser that the client runs in takes the first. */
const oneFormOfFonts: Plugin = {
  name: 'one-form-of-fonts',
  enforce: 'pre',
  transform(code, id) {
    if (!id.includes('katex.min.css')) return undefined
    return { code: code.replaceAll(OTHER_FORMS, ''), map: null }
  },
}

/** What only some ever use: fetched and kept when they do. The rest is kept as soon as the client is opened (service-worker.mjs). */
const RARE =
  /[\\/](?:katex|@shikijs|oniguruma-[a-z-]+|pdfjs-dist)[\\/]|features[\\/]conversation[\\/](?:markdown[\\/](?:highlight-worker|formula-drawing)|pdf[\\/])/
const RARE_FOLDER = 'assets/rare'

function folderOf(modules: readonly string[]): string {
  const own = modules.filter((id) => !id.startsWith('\0'))
  return own.length > 0 && own.every((id) => RARE.test(id)) ? RARE_FOLDER : 'assets'
}

const output = {
  chunkFileNames: ({ moduleIds }: { moduleIds: string[] }) => `${folderOf(moduleIds)}/[name]-[hash].js`,
  assetFileNames: ({ originalFileNames }: { originalFileNames: string[] }) =>
    `${folderOf(originalFileNames)}/[name]-[hash][extname]`,
}

export default defineConfig({
  resolve: { alias: { '@evolu/sqlite-wasm': SQLITE } },
  plugins: [react(), oneFormOfFonts],
  worker: {
    format: 'es',
    rolldownOptions: {
      output: {
        ...output,
        entryFileNames: ({ name }) =>
          `${/^(?:highlight|pdf)-/.test(name) ? RARE_FOLDER : 'assets'}/[name]-[hash].js`,
      },
    },
  },
  build: {
    target: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    modulePreload: { polyfill: false },
    // Nothing becomes a data: URL: the policy lets scripts, workers and fonts come from this origin only.
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    sourcemap: true,
    // For tools/sizes.mjs. The server sends no file whose name begins with a dot.
    manifest: '.manifest.json',
    rolldownOptions: { output },
  },
  optimizeDeps: { exclude: ['@evolu/sqlite-wasm'] },
})
