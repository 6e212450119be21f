/** Builds the page on which e2e/platform tests the hosts of the engine, as the web client itself is built. Not part of what ships. */
import { mergeConfig } from 'vite'
import client from '../vite.config.ts'

export default mergeConfig(client, {
  root: import.meta.dirname,
  publicDir: false,
  build: { sourcemap: false },
})
