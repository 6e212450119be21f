/** Installs what others' servers need, from the distribution's packages, where this is allowed. */
import { spawnSync } from 'node:child_process'
import type { System } from './system.ts'

const LIMIT_MS = 10 * 60_000

/** Debian starts services when they are installed; the exit code of this policy forbids it (101). */
const NO_SERVICES =
  'printf "#!/bin/sh\\nexit 101\\n" > /usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d'
const APT = 'DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends'

/** Without a package manager or its rights nothing happens: what is missing then says so itself. */
export function installPeers(systems: readonly System[]): void {
  const packages = [
    ...new Set(systems.filter((system) => system.missing()).flatMap((system) => system.packages ?? [])),
  ]
  const hasApt = spawnSync('apt-get', ['--version']).status === 0
  if (packages.length === 0 || !hasApt || process.getuid?.() !== 0) return
  process.stderr.write(`Installing ${packages.join(', ')}.\n`)
  const mayBeThere = '[ -e /usr/sbin/policy-rc.d ]'
  const script = `
    if ${mayBeThere}; then keep=1; else ${NO_SERVICES}; fi
    apt-get update -q; ${APT} ${packages.join(' ')}
    [ -n "$keep" ] || rm -f /usr/sbin/policy-rc.d`
  spawnSync('sh', ['-c', script], { stdio: ['ignore', 'ignore', 'inherit'], timeout: LIMIT_MS })
}
