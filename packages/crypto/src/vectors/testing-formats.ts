/** All formats that have a file in packages/crypto/vectors. For tests only. */
import { ENCODING_FORMATS } from './testing-encoding.ts'
import type { Format } from './testing-format.ts'
import { GROUP_FORMATS } from './testing-groups.ts'
import { IDENTITY_FORMATS } from './testing-identity.ts'
import { LINK_FORMATS } from './testing-links.ts'
import { LOG_FORMATS } from './testing-log.ts'
import { MESSAGE_FORMATS } from './testing-messages.ts'
import { PERSONAL_FORMATS } from './testing-personal.ts'
import { SEALED_FORMATS } from './testing-sealed.ts'
import { STORAGE_FORMATS } from './testing-storage.ts'

export const FORMATS: readonly Format[] = [
  ...ENCODING_FORMATS,
  ...IDENTITY_FORMATS,
  ...GROUP_FORMATS,
  ...LINK_FORMATS,
  ...LOG_FORMATS,
  ...MESSAGE_FORMATS,
  ...STORAGE_FORMATS,
  ...PERSONAL_FORMATS,
  ...SEALED_FORMATS,
]
