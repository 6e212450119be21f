/**
 * What a group costs by its size, in Node: for the member who adds somebody, for a member who follows, for the server, for who
 * comes in by Welcome or on their own; how many bytes a member keeps; what a thousand messages cost; and what a server that runs
 * makes of a commit, and lets others wait meanwhile. Each size twice: where one member has committed, and where all have, so that
 * every node of the tree is filled in, which takes minutes to make at a thousand. `npm run bench -- group`.
 */
import { describeMachine, printMeasured } from './figures.ts'
import { measureServer } from './followed-group.ts'
import { measureGroup, measureMessages } from './group-work.ts'

const SIZES = (process.env['BENCH_LEAVES'] ?? '10,100,1000').split(',').map(Number)
const TIMES = Number(process.env['BENCH_TIMES'] ?? 10)

process.stdout.write(`${describeMachine()}\n`)
for (const size of SIZES) {
  printMeasured(`${size} leaves`, await measureGroup(size, TIMES))
  printMeasured(`${size} leaves, all have committed`, await measureGroup(size, TIMES, 'all'))
}
printMeasured('messages', await measureMessages(TIMES))
await measureServer(SIZES, TIMES)
