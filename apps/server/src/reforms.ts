/**
 * What is started: loads the program, main.ts, with V8's young generation kept small. Most of what loading makes stays, and
 * the young generation would grow to three times 16 MiB for it, for good. `settleDown` in commands/serve.ts ends that.
 */
import { setFlagsFromString } from 'node:v8'

setFlagsFromString('--semi-space-growth-factor=1')
// Not bundled: what a bundle imports is loaded before its first line runs.
await import(new URL('./program.js', import.meta.url).href)
