import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

/** Modules that handle private keys, group secrets or plaintext: nothing of theirs may run on a server. */
const PRIVATE = [
  'account-signing.ts',
  'aead.ts',
  'content.ts',
  'envelope.ts',
  'epoch.ts',
  'file.ts',
  'hkdf.ts',
  'keys.ts',
  'message.ts',
  'phrase.ts',
  'redaction-signing.ts',
  'seal.ts',
  'sealed-keys.ts',
  'vault.ts',
]
const here = new URL('./', import.meta.url)

/** The files that a module loads when it runs: its imports and re-exports that are not of types alone. */
function loadedBy(module: URL, seen = new Set<string>()): Set<string> {
  if (seen.has(module.href)) return seen
  seen.add(module.href)
  const source = readFileSync(module, 'utf8')
  const statements = source.matchAll(/^(?:import|export) (?!type )[^'"]*?from '(\.[^']+)'/gm)
  for (const [, path] of statements) loadedBy(new URL(path!, module), seen)
  return seen
}

function names(modules: Set<string>): string[] {
  return [...modules].map((href) => href.slice(here.href.length))
}

describe('@reforms/crypto/public', () => {
  it('loads nothing that handles a private key, a secret or plaintext', () => {
    const loaded = names(loadedBy(new URL('public.ts', here)))
    expect(loaded).toContain('account.ts')
    expect(loaded.filter((name) => PRIVATE.includes(name))).toEqual([])
  })

  it('differs in this from the package itself (positive control)', () => {
    expect(names(loadedBy(new URL('index.ts', here)))).toEqual(expect.arrayContaining(PRIVATE))
  })
})
