/** The program `reforms`: the server and its command line. */
import { run } from './commands/command-line.ts'

await run(process.argv.slice(2), process.env)
// What is still open (a cut upload, a slow reader) does not keep the process.
process.exit()
