/**
 * The error catalogue: every error that crosses the wire. SPEC.md, section "Errors" (ERR-1 to ERR-3). `message` says what
 * happened and what to do, in words for a person; `fault` says who has to act.
 */
export interface ErrorEntry {
  readonly status: number
  readonly retryable: boolean
  readonly fault: 'caller' | 'server' | 'nobody'
  readonly message: string
}

const caller = (status: number, message: string): ErrorEntry => ({
  status,
  retryable: false,
  fault: 'caller',
  message,
})
const passing = (status: number, message: string): ErrorEntry => ({
  status,
  retryable: true,
  fault: 'nobody',
  message,
})

export const ERRORS = {
  'invalid-input': caller(400, 'Something in this request does not have the right form.'),
  'too-large': caller(413, 'This is larger than the server accepts.'),
  'unsupported-media-type': caller(415, 'Send JSON (application/json) or CBOR (application/cbor).'),
  'unknown-operation': caller(
    404,
    'There is no such operation. The program may be older or newer than the server.',
  ),
  'wrong-origin': caller(403, 'This request came from another site, so it was refused.'),
  'not-signed-in': caller(401, 'You are not signed in. Sign in and try again.'),
  'sign-in-failed': caller(401, 'The user name or the password is not right.'),
  'session-unbound': caller(
    403,
    'This browser is signed in, but not yet one of your devices. Confirm it with your recovery phrase first.',
  ),
  'account-inactive': caller(403, 'This account has been deactivated. Ask an administrator.'),
  forbidden: caller(403, 'You do not have permission to do this.'),
  'not-found': caller(404, 'It does not exist, or it is not visible to you.'),
  'name-taken': caller(409, 'This name is taken. Choose another.'),
  'already-exists': caller(409, 'This exists already.'),
  'invitation-invalid': caller(
    410,
    'This link is not valid any more. It may have expired, been used or been revoked. Ask for a new one.',
  ),
  'registration-closed': caller(403, 'You need an invitation to join. Ask an administrator for a link.'),
  'password-weak': caller(400, 'This password is too short or too common. Use at least 10 characters.'),
  'rate-limited': passing(429, 'Too many attempts. Wait a moment and try again.'),
  'bad-signature': caller(
    400,
    'A signature does not fit. Sign in again; if it persists, tell an administrator.',
  ),
  'stale-document': caller(409, 'Something newer is known already. Fetch it and try again.'),
  'stale-epoch': passing(409, 'The channel has moved on. Catch up and send again.'),
  'removal-pending': passing(409, 'Somebody is being removed. The removal has to be committed first.'),
  'turn-busy': passing(409, 'Another device is changing the channel. Wait for your turn.'),
  'commit-refused': caller(400, 'The change to the channel does not fit its state, so it was refused.'),
  'log-diverged': caller(409, 'The history here and on the server differ. The channel will be mended.'),
  'channel-archived': caller(409, 'This channel is archived. Nothing can be sent to it.'),
  'version-conflict': passing(409, 'Somebody changed this at the same time. Fetch it and try again.'),
  'last-administrator': caller(409, 'There has to be an administrator. Make somebody else one first.'),
  'upload-offset': passing(409, 'The upload continues at another place. Ask where, and go on from there.'),
  'too-many': caller(409, 'There are too many of these. Remove some first.'),
  'waiting-period': caller(409, 'This has to wait until the notice period has passed.'),
  'shutting-down': passing(503, 'The server is restarting. It will be back in a moment.'),
  unavailable: passing(503, 'The server cannot do this right now. Try again in a moment.'),
  internal: { status: 500, retryable: true, fault: 'server', message: 'Something went wrong on the server.' },
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof ERRORS

/** What any operation may give besides the errors that it names (OP-4). */
export const EVERYWHERE: readonly ErrorCode[] = [
  'invalid-input',
  'too-large',
  'unsupported-media-type',
  'not-signed-in',
  'session-unbound',
  'account-inactive',
  'forbidden',
  'not-found',
  'rate-limited',
  'wrong-origin',
  'shutting-down',
  'unavailable',
  'internal',
]

export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERRORS, text)
}

/** What an error looks like on the wire: `detail` names the field or gives facts that the code promises. */
export interface WireError {
  code: ErrorCode
  message: string
  detail?: Record<string, unknown>
}

/** The one error class that operations throw, on both sides of the wire. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
  readonly code: ErrorCode
  readonly detail: Record<string, unknown> | undefined

  constructor(code: ErrorCode, detail?: Record<string, unknown>, message?: string) {
    super(message ?? ERRORS[code].message)
    this.code = code
    this.detail = detail
  }

  toWire(): WireError {
    return { code: this.code, message: this.message, ...(this.detail ? { detail: this.detail } : {}) }
  }
}
