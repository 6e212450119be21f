/**
 * The process that draws a page, so that a story can stop it as a laptop's or a phone's system does: everything of the page stands
 * still, its worker too, and nobody is told.
 */
import { readdirSync, readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { onTestFinished } from 'vitest'
import type { Profile } from './browser.ts'

const BUSY_MS = 600
const MIN_TICKS = 10
/** Of /proc/PID/stat, counted after the name. */
const USER_TICKS = 11

/** CPU time of every renderer of a profile, by process id. */
function rendererTicks(folder: string): Map<number, number> {
  const ticks = new Map<number, number>()
  for (const pid of readdirSync('/proc').map(Number).filter(Number.isInteger)) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      if (!command.includes('--type=renderer') || !command.includes(folder)) continue
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      ticks.set(pid, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[USER_TICKS]))
    } catch {
      // It has ended meanwhile.
    }
  }
  return ticks
}

/** The process that gets busy when the page does. */
export async function processOf({ folder }: Profile, page: Page): Promise<number> {
  const before = rendererTicks(folder)
  await page.evaluate((busyMs) => {
    const end = performance.now() + busyMs
    while (performance.now() < end);
  }, BUSY_MS)
  const spent = [...rendererTicks(folder)].map(([pid, ticks]) => ({
    pid,
    ticks: ticks - (before.get(pid) ?? 0),
  }))
  const most = spent.sort((a, b) => b.ticks - a.ticks)[0]
  if (!most || most.ticks < MIN_TICKS) throw new Error('the process of this page was not found')
  return most.pid
}

/** Stops a process until the returned function is called, or the test is over. */
export function suspend(pid: number): () => void {
  process.kill(pid, 'SIGSTOP')
  let stopped = true
  const resume = () => {
    if (stopped) process.kill(pid, 'SIGCONT')
    stopped = false
  }
  onTestFinished(resume)
  return resume
}
