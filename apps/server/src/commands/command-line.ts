/**
 * From arguments to a command. What goes wrong for reasons that the operator can mend is said in sentences; the exit
 * code is 2 for wrong usage or configuration, 1 for anything else.
 */
import { ProtocolError } from '@reforms/protocol'
import { parseArgs } from 'node:util'
import { OperatorProblem } from '../config/operator-problem.ts'
import { readConfig, type Config, type Environment } from '../config/read.ts'
import { VERSION } from '../version.ts'
import { admin } from './admin.ts'
import { backup } from './backup.ts'
import { doctor } from './doctor.ts'
import { restore } from './restore.ts'
import { serve } from './serve.ts'
import { usage } from './usage.ts'

export interface Arguments {
  readonly positionals: readonly string[]
  readonly force: boolean
}

type Command = (config: Config, args: Arguments) => Promise<void>

const COMMANDS: Readonly<Record<string, Command>> = { serve, admin, backup, restore, doctor }

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
  force: { type: 'boolean' },
} as const

/** Sets the process's exit code; throws nothing. */
export async function run(args: readonly string[], environment: Environment): Promise<void> {
  try {
    await runCommand(args, environment)
  } catch (error) {
    process.stderr.write(`${sentenceOf(error)}\n`)
    process.exitCode = error instanceof OperatorProblem ? error.exitCode : 1
  }
}

async function runCommand(args: readonly string[], environment: Environment): Promise<void> {
  const { values, positionals } = parse(args)
  if (values.help) return print(usage())
  if (values.version) return print(`reforms ${VERSION} (Node.js ${process.versions.node})\n`)
  const [name = 'serve', ...rest] = positionals
  const command = COMMANDS[name]
  if (!command) throw new OperatorProblem(`There is no command "${name}". See: reforms --help`, 2)
  const config = readConfig(environment, process.stdout.isTTY)
  await command(config, { positionals: rest, force: values.force ?? false })
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
  } catch (error) {
    throw new OperatorProblem(`${(error as Error).message.split('. ')[0]}. See: reforms --help`, 2, error)
  }
}

function print(text: string): void {
  process.stdout.write(text)
}

/** A fault of the program keeps its stack: whoever reports it will need it. */
function sentenceOf(error: unknown): string {
  if (error instanceof OperatorProblem || error instanceof ProtocolError) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
