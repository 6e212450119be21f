/** A user without rights, for what must not or cannot run as root. For tests only. */
import { readFileSync } from 'node:fs'

export interface SystemUser {
  readonly uid: number
  readonly gid: number
}

/** `nobody`, whom every system has: an account without rights, a home or a group of its own. */
export function findNobody(): SystemUser | undefined {
  const accounts = readFileSync('/etc/passwd', 'utf8').split('\n')
  const fields = accounts.find((line) => line.startsWith('nobody:'))?.split(':')
  return fields && { uid: Number(fields[2]), gid: Number(fields[3]) }
}
