/** What the handlers of this feature share besides the services: made once, in index.ts. */
import type { Passwords } from './password.ts'
import type { SettingStore } from './settings.ts'
import type { SignInFailures } from './sign-in-failure.ts'

export interface PolicyParts {
  readonly passwords: Passwords
  readonly failures: SignInFailures
  readonly settings: SettingStore
  /** How long a user has to stop the reset of their identity. */
  readonly resetNoticeMs: number
  readonly version: string
}
