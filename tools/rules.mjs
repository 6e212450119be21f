/**
 * `npm run rules`: which rules of packages/protocol/SPEC.md no test title names, and which IDs are named that the
 * document does not have. Both fail, as does an ID that stands in the document twice, and a promise of docs/threat-model.md
 * whose test is not there.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

const SPEC = 'packages/protocol/SPEC.md'
/** Names a test for each promise, as `file`: "how its title begins". */
const PROMISES = 'docs/threat-model.md'
const rules = [...readFileSync(SPEC, 'utf8').matchAll(/^- \*\*([A-Z]+-\d+)\*\* (.*)$/gm)].map(
  ([, id, text]) => ({ id, text }),
)
const known = new Set(rules.map(({ id }) => id))
const prefixes = [...new Set(rules.map(({ id }) => id.split('-')[0]))].join('|')
const ruleId = new RegExp(`(?<![\\w-])(?:${prefixes})-\\d+(?![\\w-])`, 'g')
const title = /\b(?:describe|test|it)(?:\.\w+(?:\([^()]*\))?)*\s*\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1/g

const files = execFileSync(
  'git',
  ['ls-files', '-co', '--exclude-standard', '*.ts', '*.tsx', '*.sql', '*.mjs'],
  {
    encoding: 'utf8',
  },
)
  .split('\n')
  .filter((file) => file && existsSync(file))

const tested = new Set()
const problems = []
for (const { id } of rules) {
  if (rules.filter((rule) => rule.id === id).length > 1) problems.push(`${SPEC}: ${id} stands there twice`)
}
for (const file of files) {
  const source = readFileSync(file, 'utf8')
  for (const [id] of source.matchAll(ruleId)) {
    if (!known.has(id)) problems.push(`${file}: ${id} is not a rule of ${SPEC}`)
  }
  for (const [, sections] of source.matchAll(/SPEC\.md, ((?:[A-Z]+-\*(?:, | and )?)+)/g)) {
    for (const [section] of sections.matchAll(/[A-Z]+-\*/g)) {
      if (!rules.some(({ id }) => id.startsWith(section.slice(0, -1))))
        problems.push(`${file}: ${SPEC} has no ${section}`)
    }
  }
  if (!/\.test\.\w+$/.test(file)) continue
  for (const [, , text] of source.matchAll(title)) {
    for (const [id] of text.matchAll(ruleId)) tested.add(id)
  }
}

for (const [, file, begin] of readFileSync(PROMISES, 'utf8').matchAll(/`([^`\s]+\.test\.ts)`: "([^"]+)"/g)) {
  const titles = existsSync(file) ? [...readFileSync(file, 'utf8').matchAll(title)] : []
  if (!titles.some(([, , text]) => text.startsWith(begin)))
    problems.push(`${PROMISES}: ${file} has no test "${begin}…"`)
}

const untested = rules.filter(({ id }) => !tested.has(id))
for (const { id, text } of untested) {
  problems.push(`${SPEC}: ${id} has no test whose title names it: ${text.slice(0, 100)}`)
}
console.log(`${rules.length - untested.length} of ${rules.length} rules have a test that carries their ID`)
for (const problem of new Set(problems)) console.error(problem)
process.exitCode = problems.length === 0 ? 0 : 1
