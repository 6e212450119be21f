/** Vault: the handlers of its operations. */
export { vaultHandlers } from './record.ts'
