#!/usr/bin/env node
/** The command `reforms`: the built server and its command line. */
import { existsSync } from 'node:fs'

const program = new URL('../dist/reforms.js', import.meta.url)
if (existsSync(program)) await import(program.href)
else {
  console.error('Reforms has not been built yet. Run: npm run build')
  process.exitCode = 1
}
