/** Policy: who may sign in, what administrators run, the audit trail. What app.ts, main and the command line use of it. */
import { limits, type SessionId } from '@reforms/protocol'
import type { Sql } from 'postgres'
import { AskedTogether } from '../asked-together.ts'
import { administrationHandlers } from './administration.ts'
import { emojiHandlers } from './emoji.ts'
import { identityResetHandlers } from './identity-reset.ts'
import { invitationHandlers } from './invitation-administration.ts'
import { organisationHandlers } from './organisation.ts'
import { ownSessionHandlers } from './own-session.ts'
import type { PolicyParts } from './parts.ts'
import { passwordHandlers } from './password-change.ts'
import { DEFAULT_PASSWORD_COST, Passwords, type PasswordCost } from './password.ts'
import { registrationHandlers } from './registration.ts'
import { readSessions } from './session.ts'
import { SettingStore } from './settings.ts'
import { DEFAULT_SIGN_IN_LIMITS, SignInFailures, type SignInLimits } from './sign-in-failure.ts'
import { signInHandlers } from './sign-in.ts'

export { changeUser, createPasswordLink } from './administration.ts'
export { auditWriter, verifyAudit } from './audit.ts'
export { keepHouse } from './housekeeping.ts'
export { joinUrl, resetUrl } from './link.ts'
export type { PolicyParts } from './parts.ts'
export { listManagedUsers } from './managed-user.ts'
export {
  changedActors,
  changedUsers,
  findActor,
  findActors,
  findTokenActors,
  touchSessions,
} from './session.ts'
export { createSetupLink, hasAdministrator } from './setup.ts'

export interface PolicyOptions {
  readonly passwordCost?: PasswordCost
  readonly signInLimits?: SignInLimits
  readonly resetNoticeMs?: number
  readonly version: string
}

export function createPolicyParts(sql: Sql, clock: () => number, options: PolicyOptions): PolicyParts {
  return {
    passwords: new Passwords(options.passwordCost ?? DEFAULT_PASSWORD_COST),
    failures: new SignInFailures(sql, clock, options.signInLimits ?? DEFAULT_SIGN_IN_LIMITS),
    settings: new SettingStore(sql, clock),
    sessions: new AskedTogether((sessionIds: readonly SessionId[]) => readSessions(sql, clock, sessionIds)),
    resetNoticeMs: options.resetNoticeMs ?? limits.IDENTITY_RESET_NOTICE_MS,
    version: options.version,
  }
}

export function policyHandlers(parts: PolicyParts) {
  return {
    ...organisationHandlers(parts),
    ...registrationHandlers(parts),
    ...signInHandlers(parts),
    ...ownSessionHandlers(parts),
    ...passwordHandlers(parts),
    ...identityResetHandlers,
    ...administrationHandlers(parts),
    ...invitationHandlers,
    ...emojiHandlers,
  }
}
