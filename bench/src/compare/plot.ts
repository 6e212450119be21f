/** One picture, as SVG: what a delivery costs a server's processor, by the rate of deliveries, a line for each system. */
import { summarise } from './summary.ts'
import type { Row } from './workload.ts'

const [WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM] = [860, 480, 70, 50, 190, 60]
const COLOURS = ['#1d4ed8', '#6b7280', '#b45309', '#be123c', '#f472b6', '#047857', '#6ee7b7']
const RATE = /^(\d+)\/s$/

interface Point {
  readonly rate: number
  readonly cost: number
}

function linesOf(rows: readonly Row[]): Map<string, Point[]> {
  const lines = new Map<string, Point[]>()
  for (const { system, load, serverCpu } of summarise(rows)) {
    const rate = Number(RATE.exec(load)?.[1])
    if (Number.isNaN(rate)) continue
    lines.set(system, [...(lines.get(system) ?? []), { rate, cost: serverCpu.median }])
  }
  return lines
}

/** Logarithmic: equal distances are equal factors. */
function scale(values: readonly number[], from: number, to: number): (value: number) => number {
  const [least, most] = [Math.log(Math.min(...values)), Math.log(Math.max(...values))]
  return (value) => from + ((Math.log(value) - least) / (most - least || 1)) * (to - from)
}

function text(x: number, y: number, words: string, more = ''): string {
  return `<text x="${Math.round(x)}" y="${Math.round(y)}" ${more}>${words}</text>`
}

function lineOf(
  points: readonly Point[],
  name: string,
  colour: string,
  x: (rate: number) => number,
  y: (cost: number) => number,
) {
  const places = points.map(({ rate, cost }) => `${x(rate).toFixed(1)},${y(cost).toFixed(1)}`)
  const last = points.at(-1)!
  return [
    `<polyline points="${places.join(' ')}" fill="none" stroke="${colour}" stroke-width="2.5"/>`,
    ...points.map(
      ({ rate, cost }) =>
        `<circle cx="${x(rate).toFixed(1)}" cy="${y(cost).toFixed(1)}" r="4" fill="${colour}"/>`,
    ),
    text(x(last.rate) + 10, y(last.cost) + 4, `${name}, ${last.cost.toFixed(1)}`, `fill="${colour}"`),
  ]
}

function axes(
  rates: readonly number[],
  costs: readonly number[],
  x: (rate: number) => number,
  y: (cost: number) => number,
) {
  const bottom = HEIGHT - BOTTOM
  const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500].filter(
    (cost) => cost >= Math.min(...costs) && cost <= Math.max(...costs),
  )
  return [
    ...steps.map(
      (cost) => `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(cost)}" y2="${y(cost)}" stroke="#e5e7eb"/>`,
    ),
    ...steps.map((cost) => text(LEFT - 10, y(cost) + 4, `${cost}`, 'text-anchor="end"')),
    ...rates.map((rate) => text(x(rate), bottom + 22, `${rate}`, 'text-anchor="middle"')),
    text(LEFT, bottom + 44, 'deliveries a second, rooms of 50'),
  ]
}

/** Of the rows of one workload. */
export function plot(rows: readonly Row[]): string {
  const lines = linesOf(rows)
  const points = [...lines.values()].flat()
  if (points.length === 0) return ''
  const [rates, costs] = [[...new Set(points.map(({ rate }) => rate))], points.map(({ cost }) => cost)]
  const x = scale(rates, LEFT + 20, WIDTH - RIGHT)
  const y = scale(costs, HEIGHT - BOTTOM - 10, TOP + 20)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="13" fill="#374151">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text(
      LEFT,
      28,
      'Processor time of the server for each delivery, in microseconds (database apart)',
      'font-size="15"',
    ),
    ...axes(rates, costs, x, y),
    ...[...lines].flatMap(([name, each], place) =>
      lineOf(each, name, COLOURS[place % COLOURS.length]!, x, y),
    ),
    '</svg>',
    '',
  ].join('\n')
}
