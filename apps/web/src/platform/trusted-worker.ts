/**
 * Workers under Trusted Types: the one policy of this program that makes script addresses, and it makes none but those of this
 * origin. Its name stands in the server's Content Security Policy.
 */
const POLICY_NAME = 'reforms-script-url'

interface ScriptUrlPolicy {
  createScriptURL(address: string): unknown
}
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(address: string): string }): ScriptUrlPolicy
}

let policy: ScriptUrlPolicy | undefined

function ownAddress(address: string): string {
  const url = new URL(address, location.href)
  if (url.origin !== location.origin) throw new TypeError('a worker comes from this origin only')
  return url.href
}

/** Throws TypeError for an address elsewhere. */
export function startWorker(address: string): Worker {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
  policy ??= trustedTypes?.createPolicy(POLICY_NAME, { createScriptURL: ownAddress })
  const url = policy ? policy.createScriptURL(address) : ownAddress(address)
  return new Worker(url as string, { type: 'module' })
}
