/** Mailbox: the handlers of its operations. */
export { mailboxHandlers } from './envelope.ts'
