/** Loaded into a server under test before anything else of it: its clock runs ahead by the milliseconds in a file, as of its start. */
import { readFileSync } from 'node:fs'

const { now } = Date
const ahead = Number(readFileSync(process.env['TESTING_CLOCK_FILE'] ?? '', 'utf8'))
Date.now = () => now() + ahead
