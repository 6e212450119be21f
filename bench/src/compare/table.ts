/** The figures as Markdown: a table for each workload, medians with the range of the rounds. */
import type { Outcome } from './run.ts'
import { summarise, type Spread, type Summary } from './summary.ts'
import type { System } from './system.ts'
import type { Workload } from './workload.ts'

const HEAD = [
  'system',
  'load',
  'delivered/s',
  'p50 ms',
  'p95 ms',
  'p99 ms',
  'max ms',
  'server CPU, µs each',
  'database CPU, µs each',
  'RSS MiB',
  'PSS MiB',
  's',
  'KiB each',
]

function number(value: number): string {
  if (value >= 100) return `${Math.round(value)}`
  return value.toFixed(value >= 10 ? 1 : 2)
}

function spread({ median, least, most }: Spread): string {
  const [middle, low, high] = [median, least, most].map(number)
  return low === high ? middle! : `${middle} (${low}–${high})`
}

function line(summary: Summary): string {
  const { perSecond, p50, p95, p99, max, serverCpu, databaseCpu, rss, pss, seconds } = summary
  const load = [perSecond, p50, p95, p99, max, serverCpu, databaseCpu]
  const figures = [
    ...load.map((figure) => (perSecond.most > 0 ? spread(figure) : '')),
    ...[rss, pss, seconds].map(spread),
  ]
  const lost = summary.lost > 0 ? ` (${summary.lost} lost)` : ''
  const each = summary.memoryEach ? spread(summary.memoryEach) : ''
  return `| ${[summary.system, `${summary.load}${lost}`, ...figures, each].join(' | ')} |`
}

function section(workload: Workload, { rows, leftOut }: Outcome): string[] {
  const summaries = summarise(rows.filter((row) => row.workload === workload.number))
  const notes = leftOut.filter((each) => each.workload === workload.number)
  return [
    `## ${workload.number}. ${workload.title}`,
    '',
    `| ${HEAD.join(' | ')} |`,
    `|${HEAD.map((_, place) => (place < 2 ? '---' : '---:')).join('|')}|`,
    ...summaries.map(line),
    '',
    ...notes.map(({ system, why }) => `- ${system}: left out, ${why}.`),
    ...(notes.length > 0 ? [''] : []),
  ]
}

export function tables(workloads: readonly Workload[], systems: readonly System[], outcome: Outcome): string {
  const described = systems.map(({ name, description }) => `- **${name}**: ${description}.`)
  return [...described, '', ...workloads.flatMap((workload) => section(workload, outcome))].join('\n')
}
