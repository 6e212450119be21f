/** What the handlers of this feature share besides the services: made once, in index.ts. */
import type { Session, SessionId } from '@reforms/protocol'
import type { AskedTogether } from '../asked-together.ts'
import type { Passwords } from './password.ts'
import type { SettingStore } from './settings.ts'
import type { SignInFailures } from './sign-in-failure.ts'

export interface PolicyParts {
  readonly passwords: Passwords
  readonly failures: SignInFailures
  readonly settings: SettingStore
  /** What everybody reads who comes: thousands at once after a restart. */
  readonly sessions: AskedTogether<SessionId, Session | undefined>
  /** How long a user has to stop the reset of their identity. */
  readonly resetNoticeMs: number
  readonly version: string
}
