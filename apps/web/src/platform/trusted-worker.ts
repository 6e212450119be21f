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
function trusted(address: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
  policy ??= trustedTypes?.createPolicy(POLICY_NAME, { createScriptURL: ownAddress })
  return (policy ? policy.createScriptURL(address) : ownAddress(address)) as string
}

export function startWorker(address: string): Worker {
  return new Worker(trusted(address), { type: 'module' })
}

/** As the service worker of this origin; asks the server each time whether there is a newer one. */
export async function registerWorker(address: string): Promise<void> {
  await navigator.serviceWorker.register(trusted(address), { updateViaCache: 'none' })
}
