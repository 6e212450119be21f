/** Directory: the handlers of its operations. The dispatcher imports this; other features import the noun they need. */
import type { Handlers } from '../../ports/call.ts'
import { accountHandlers } from './account-update.ts'
import { deviceHandlers } from './device.ts'
import { keyLogHandlers } from './key-log.ts'
import { keyPackageHandlers } from './key-package.ts'
import { teamHandlers } from './team.ts'
import { userHandlers } from './user.ts'

export const directoryHandlers = {
  ...userHandlers,
  ...accountHandlers,
  ...deviceHandlers,
  ...keyPackageHandlers,
  ...keyLogHandlers,
  ...teamHandlers,
} satisfies Partial<Handlers>
