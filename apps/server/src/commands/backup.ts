/** `reforms backup FILE`: everything that the server keeps, in one file, also while it runs. */
import { existsSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { writeBackup } from '../adapters/backup/write.ts'
import { OperatorProblem } from '../config/operator-problem.ts'
import type { Config } from '../config/read.ts'
import { VERSION } from '../version.ts'
import type { Arguments } from './command-line.ts'
import { withMigratedDatabase } from './command-database.ts'

export async function backup(config: Config, { positionals, force }: Arguments): Promise<void> {
  const file = backupFile(positionals, 'backup')
  if (existsSync(file) && !force)
    throw new OperatorProblem(`${file} exists already. Choose another name, or replace it with --force.`)
  if (!existsSync(dirname(file))) throw new OperatorProblem(`There is no folder ${dirname(file)}.`)
  const size = await withMigratedDatabase(config, ({ sql }) =>
    writeBackup({ sql, blobFolder: join(config.dataFolder, 'blobs'), version: VERSION }, file),
  )
  const megabytes = (statSync(file).size / 1e6).toFixed(1)
  const kept = `${size.tables} tables and ${size.blobs} files in ${megabytes} MB`
  process.stdout.write(`Wrote ${file}: ${kept}. Messages in it are encrypted; names are not. Keep it safe.\n`)
}

/** The one operand of `backup` and `restore`. */
export function backupFile(positionals: readonly string[], command: 'backup' | 'restore'): string {
  const [file, ...more] = positionals
  if (file === undefined || more.length > 0) throw new OperatorProblem(`Usage: reforms ${command} FILE`, 2)
  return resolve(file)
}
