/**
 * `npm run mutation`: whether our tests notice when the code is wrong. Stryker changes one thing at a time in packages/crypto and in
 * what decides who may do what (tools/mutation/parts.mjs), and runs the tests that reach it. With names it runs these parts only:
 * `npm run mutation -- crypto`. It goes through a part a few files at a time and keeps what it found in .cache/mutation, so that
 * a run that was stopped goes on where it was, and a later one tries only what has changed. MUTATION_SAMPLE=10 tries one change in
 * ten (tools/mutation/sample.mjs), and what it found is kept likewise. docs/mutation.md has the last result.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { tryConditions } from './mutation/conditions-run.mjs'
import { GROUPS, PARTS, sourcesOf } from './mutation/parts.mjs'
import { intervalOf, isDrawn, isSample, wordsOf } from './mutation/sample.mjs'
import { runStep } from './step.mjs'

/** Before each batch all tests of the part run once, which for a sample would be most of the work. */
const FILES_AT_A_TIME = isSample ? Infinity : 3
const BATCH_LIMIT_MS = 2 * 60 * 60_000
const LOWEST_PERCENT = 80
const CAUGHT = ['Killed', 'Timeout']
const MISSED = ['Survived', 'NoCoverage']

function batchesOf(files) {
  const size = Math.min(FILES_AT_A_TIME, files.length)
  const count = Math.ceil(files.length / size)
  return Array.from({ length: count }, (_, at) => files.slice(at * size, (at + 1) * size))
}

/** What was only left out of a sample is to be tried when it is drawn. */
function forgetWhatWasNotDrawn(name) {
  const store = `.cache/mutation/${name}/incremental.json`
  if (!existsSync(store)) return
  const known = JSON.parse(readFileSync(store, 'utf8'))
  for (const file of Object.values(known.files))
    file.mutants = file.mutants.filter(({ status }) => status !== 'CompileError')
  writeFileSync(store, JSON.stringify(known))
}

async function runBatch(name, files) {
  forgetWhatWasNotDrawn(name)
  const { ok } = await runStep({
    command: [
      process.execPath,
      'node_modules/@stryker-mutator/core/bin/stryker.js',
      'run',
      'tools/mutation/stryker.config.mjs',
    ],
    timeoutMs: BATCH_LIMIT_MS,
    env: { MUTATION_PART: name, MUTATION_FILES: files.join(',') },
    stream: true,
  })
  if (!ok) throw new Error(`${name}: Stryker did not come to its end with ${files.join(', ')}`)
}

/** Everything known of a part: this run's results and those kept from earlier ones. */
function mutantsOf(name) {
  const { files } = JSON.parse(readFileSync(`.cache/mutation/${name}/incremental.json`, 'utf8'))
  return sourcesOf(PARTS[name]).flatMap((file) =>
    (files[file]?.mutants ?? [])
      .filter((mutant) => isDrawn(file, ...wordsOf(mutant)))
      .map((mutant) => ({ ...mutant, file, source: files[file].source })),
  )
}

function textAt({ source, location: { start, end } }) {
  const line = source.split('\n')[start.line - 1]
  return line.slice(start.column - 1, start.line === end.line ? end.column - 1 : undefined).trim()
}

function printScore(name, mutants) {
  const caught = mutants.filter(({ status }) => CAUGHT.includes(status)).length
  const missed = mutants.filter(({ status }) => MISSED.includes(status)).length
  const percent = (100 * caught) / Math.max(caught + missed, 1)
  const interval = intervalOf(caught, caught + missed)
    .map(Math.round)
    .join(' to ')
  console.log(
    `${name.padEnd(44)} ${caught} of ${caught + missed} caught, ${percent.toFixed(1)} %` +
      (isSample ? `; of all ${interval} %` : ''),
  )
  return percent
}

function report(name) {
  const mutants = mutantsOf(name)
  console.log(`\n== ${name}: what no test noticed`)
  for (const mutant of mutants.filter(({ status }) => MISSED.includes(status))) {
    const { file, location, replacement } = mutant
    const instead = replacement.replaceAll(/\s+/g, ' ').slice(0, 80)
    console.log(`${file}:${location.start.line}: ${textAt(mutant).slice(0, 100)}  ->  ${instead}`)
  }
  console.log('')
  for (const folder of new Set(mutants.map(({ file }) => dirname(file))))
    printScore(
      folder,
      mutants.filter(({ file }) => dirname(file) === folder),
    )
  return printScore(name, mutants)
}

function reportConditions(name, conditions) {
  console.log(`\n== ${name}: conditions of SQL that no test misses`)
  for (const { file, line, text, caught } of conditions) if (!caught) console.log(`${file}:${line}: ${text}`)
  const mutants = conditions.map(({ caught }) => ({ status: caught ? 'Killed' : 'Survived' }))
  return printScore(`${name}: conditions of SQL`, mutants)
}

const chosen = process.argv.slice(2).flatMap((name) => GROUPS[name] ?? [name])
const unknown = chosen.filter((name) => !(name in PARTS))
if (unknown.length > 0) {
  console.error(
    `There is no part ${unknown.join(', ')}. There are: ${[...Object.keys(GROUPS), ...Object.keys(PARTS)].join(', ')}`,
  )
  process.exit(2)
}
if (isSample) {
  process.env.MUTATION_SEED ??= randomBytes(4).toString('hex')
  console.log(`A sample: one in ${process.env.MUTATION_SAMPLE}, MUTATION_SEED=${process.env.MUTATION_SEED}`)
}
const scores = []
for (const name of chosen.length > 0 ? chosen : Object.keys(PARTS)) {
  const part = PARTS[name]
  for (const files of batchesOf(sourcesOf(part))) await runBatch(name, files)
  scores.push(report(name))
  if (part.conditions) scores.push(reportConditions(name, await tryConditions(name, part)))
}
process.exitCode = scores.every((percent) => percent >= LOWEST_PERCENT) ? 0 : 1
