/**
 * A program that runs the embedded PostgreSQL of the folder in its first argument, says its process id, and waits to be
 * killed or asked to stop. For the supervisor's tests only.
 */
import { EmbeddedPostgres } from './supervisor.ts'

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined }

const postgres = await EmbeddedPostgres.start(process.argv[2] ?? '', SILENT)
// Before it says a word: whoever reads it may ask it to stop at once.
process.once('SIGTERM', () => void postgres.stop().then(() => process.exit()))
process.stdout.write(`${JSON.stringify({ pid: postgres.pid, adopted: postgres.adopted })}\n`)
