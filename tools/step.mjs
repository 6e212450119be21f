/**
 * One step of verify or test: a command in a process group of its own, bounded in time. When its time is over the whole
 * group is ended, by its id.
 */
import { spawn } from 'node:child_process'

const GRACE_MS = 5000

function endGroup(pid, signal) {
  try {
    process.kill(-pid, signal)
  } catch {
    // It has ended already.
  }
}

/** Runs a command. `stream` shows its output as it comes; otherwise it is kept in `output`, and `show` is given it as it comes. */
export function runStep({
  command,
  timeoutMs,
  env = {},
  stream = false,
  show = () => {},
  cwd = process.cwd(),
}) {
  const [program, ...parameters] = command
  const began = Date.now()
  return new Promise((resolve) => {
    const child = spawn(program, parameters, {
      cwd,
      detached: true,
      env: { ...process.env, ...env },
      stdio: stream ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    let timedOut = false
    for (const pipe of [child.stdout, child.stderr]) {
      pipe?.setEncoding('utf8').on('data', (text) => {
        output += text
        show(text)
      })
    }
    const timer = setTimeout(() => {
      timedOut = true
      endGroup(child.pid, 'SIGTERM')
      setTimeout(() => endGroup(child.pid, 'SIGKILL'), GRACE_MS).unref()
    }, timeoutMs)
    const interrupt = () => endGroup(child.pid, 'SIGTERM')
    process.once('SIGINT', interrupt)
    process.once('SIGTERM', interrupt)
    const finish = (ok) => {
      clearTimeout(timer)
      process.off('SIGINT', interrupt)
      process.off('SIGTERM', interrupt)
      if (child.pid) endGroup(child.pid, 'SIGKILL')
      if (timedOut) output += `\nStopped after ${timeoutMs / 1000} s, which is this step's limit.\n`
      resolve({ ok: ok && !timedOut, timedOut, output, seconds: (Date.now() - began) / 1000 })
    }
    child.once('error', (error) => {
      output += `${error.message}\n`
      finish(false)
    })
    child.once('close', (code) => finish(code === 0))
  })
}
