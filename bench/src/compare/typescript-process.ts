/** Programs of this folder run as processes of their own, from source. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const LOADER = new URL('../../../tools/typescript.mjs', import.meta.url).href

/** It ends when this process does, or lets go of it. */
export function startTypescript(file: URL, ...parameters: string[]): ChildProcess {
  return spawn(process.execPath, ['--import', LOADER, fileURLToPath(file), ...parameters], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
}

export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  if (child.connected) child.disconnect()
  else child.kill('SIGTERM')
  await ended
}
