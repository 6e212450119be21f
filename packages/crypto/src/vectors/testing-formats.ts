/** All formats that have a file in packages/crypto/vectors. For tests only. */
import type { Format } from './testing-format.ts'
import { GROUP_FORMATS } from './testing-groups.ts'
import { IDENTITY_FORMATS } from './testing-identity.ts'
import { LOG_FORMATS } from './testing-log.ts'
import { MESSAGE_FORMATS } from './testing-messages.ts'

export const FORMATS: readonly Format[] = [
  ...IDENTITY_FORMATS,
  ...GROUP_FORMATS,
  ...LOG_FORMATS,
  ...MESSAGE_FORMATS,
]
