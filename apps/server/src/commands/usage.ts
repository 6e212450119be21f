/** What `reforms --help` says. The variables come from the configuration's schema. */
import type { TSchema } from 'typebox'
import { ConfigSchema, describedBy, limitNames, limitVariable } from '../config/schema.ts'
import { SERVER_LIMITS } from '../ports/limits.ts'

const COMMANDS = `Reforms Messenger: a self-hosted, end-to-end encrypted messenger.

  reforms [serve]                              run the server, in the foreground
  reforms admin setup-link                     a link that makes the first administrator
  reforms admin list-users                     everybody, with role and state
  reforms admin reset-password USER            a link by which USER sets a new password
  reforms admin deactivate USER                ends USER's sessions and takes USER out of all channels
  reforms admin set-role USER ROLE             administrator, moderator, member or guest
  reforms admin verify-audit                   checks the audit trail's hash chain
  reforms backup FILE                          everything in one file, also while the server runs
  reforms restore FILE [--force]               brings a backup back; --force replaces what is there
  reforms doctor                               checks this machine, the configuration and the data
  reforms --version

Settings are environment variables:
`

const COLUMN = 32

export function usage(): string {
  const settings = Object.values(ConfigSchema.properties as Record<string, TSchema>).map((schema) => {
    const { variable, expected, default: standard } = describedBy(schema)
    const fallback = standard === undefined || standard === '' ? '' : ` [${String(standard)}]`
    return line(variable, `${expected}${fallback}`)
  })
  const limits = limitNames().map((name) => line(limitVariable(name), `[${SERVER_LIMITS[name]}]`))
  return `${COMMANDS}${settings.join('')}\nLimits, whole numbers:\n${limits.join('')}`
}

function line(name: string, text: string): string {
  return `  ${name.padEnd(COLUMN)} ${text}\n`
}
