/**
 * Our server beside others that are known for speed, on this machine, in one run: `npm run bench -- compare`, or some workloads by
 * their numbers, `npm run bench -- compare 2 5`. With the word `docs` the tables and the plot are written to docs/. BENCH_FULL=1
 * asks for the full sizes, whose tables have a page of their own, BENCH_SYSTEMS for some systems by name, with commas. Raw data goes to bench/results/.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BARE } from './compare/bare.ts'
import { CATCH_UP } from './compare/catch-up.ts'
import { IDLE, RESTART } from './compare/connections.ts'
import { EJABBERD, EJABBERD_ARCHIVE } from './compare/ejabberd.ts'
import { installPeers } from './compare/install.ts'
import { MOSQUITTO } from './compare/mosquitto.ts'
import { OFFICE } from './compare/office.ts'
import { plot } from './compare/plot.ts'
import { PROSODY, PROSODY_ARCHIVE } from './compare/prosody.ts'
import { REFORMS } from './compare/reforms.ts'
import { LARGE_ROOM, PAIRS, ROOMS } from './compare/rooms.ts'
import { runAll } from './compare/run.ts'
import { isFull, ROUNDS, SECONDS } from './compare/sizes.ts'
import { tables } from './compare/table.ts'
import type { Row } from './compare/workload.ts'
import { describeMachine } from './figures.ts'

const WORKLOADS = [IDLE, ROOMS, LARGE_ROOM, PAIRS, RESTART, CATCH_UP, OFFICE]
const SYSTEMS = [REFORMS, BARE, MOSQUITTO, EJABBERD, EJABBERD_ARCHIVE, PROSODY, PROSODY_ARCHIVE]
const RESULTS = fileURLToPath(new URL('../results', import.meta.url))
const DOCS = fileURLToPath(new URL('../../docs', import.meta.url))

const parameters = process.argv.slice(2)
const numbers = parameters.filter((each) => /^\d+$/.test(each)).map(Number)
const workloads = WORKLOADS.filter(({ number }) => numbers.length === 0 || numbers.includes(number))
const named = process.env['BENCH_SYSTEMS']?.split(',')
const systems = SYSTEMS.filter(({ name }) => named?.includes(name) ?? true)

function say({ system, load, round, delivered, seconds, latency, serverCpu, databaseCpu, failures }: Row) {
  const figures = [
    `${Math.round(delivered / seconds)}/s`,
    `p50 ${latency.p50.toFixed(1)} p99 ${latency.p99.toFixed(1)} ms`,
    `cpu ${serverCpu.toFixed(1)} + ${databaseCpu.toFixed(1)} µs`,
    ...Object.entries(failures).map(([what, count]) => `${count} x ${what}`),
  ]
  process.stdout.write(`${round} ${system.padEnd(18)} ${load.padEnd(36)} ${figures.join('  ')}\n`)
}

const machine = `${describeMachine()}; ${new Date().toISOString().slice(0, 10)}; ${ROUNDS} rounds by turns, ${SECONDS} s of each load`
process.stdout.write(`${machine}\n`)
installPeers(systems)
mkdirSync(RESULTS, { recursive: true })
const outcome = await runAll(workloads, systems, say)
const text = tables(workloads, systems, outcome)
const picture = plot(outcome.rows.filter(({ workload }) => workload === ROOMS.number))
writeFileSync(join(RESULTS, 'compare.json'), JSON.stringify({ machine, ...outcome }))
writeFileSync(join(RESULTS, 'compare.md'), text)
writeFileSync(join(RESULTS, 'compare.svg'), picture)
if (parameters.includes('docs')) {
  const hasRates = workloads.includes(ROOMS)
  const name = isFull ? 'benchmarks-full' : 'benchmarks'
  const command = ['npm run bench -- compare', ...numbers].join(' ')
  const intro = [
    `# Benchmarks${isFull ? ' at full size' : ''}`,
    `What \`${isFull ? 'BENCH_FULL=1 ' : ''}${command}\` measured last, on ${machine}. ${ROUNDS > 1 ? 'Medians, with the range of the rounds.' : 'One round.'}\nEvery system carries the same bytes, as long as our ciphertext of a line; a delivery is one message to one member, its writer included.\nOurs is durable on disk before it is acknowledged or delivered.`,
    ...(hasRates ? [`![What a delivery costs](${name}.svg)`] : []),
    text,
  ]
  writeFileSync(join(DOCS, `${name}.md`), intro.join('\n\n'))
  if (hasRates) writeFileSync(join(DOCS, `${name}.svg`), picture)
}
process.stdout.write(`\n${text}`)
const ours = outcome.leftOut.filter(({ system, why }) => system === REFORMS.name && why.startsWith('failed'))
process.exitCode = ours.length > 0 ? 1 : 0
