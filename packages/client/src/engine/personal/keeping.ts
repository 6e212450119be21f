/**
 * What the user keeps for themself and finds again on each of their devices: set here, written to the vault in a while, and put
 * together with what other devices set meanwhile. For the other files of this folder and for the vault. SPEC.md, OWN-1 to OWN-5.
 */
import {
  CryptoError,
  decodePersonalRecord,
  encodePersonalRecord,
  mergeRegisters,
  type Register,
} from '@reforms/crypto'
import { decodeCbor, encodeCbor } from '@reforms/protocol'
import { IntentError } from '../../engine-api.ts'
import { sameBytes } from '../bytes.ts'
import type { Context } from '../context.ts'
import { readRegister, readRegisters, saveRegisters } from '../tables/registers.ts'
import { removeVaultChange, replaceVaultChange, saveVaultChange } from '../tables/vault-changes.ts'

/** How the vault calls the records of this kind. */
export const PERSONAL = 'own'
const nameOf = (record: string) => `${PERSONAL}/${record}`

/** A key with its new value; undefined takes the value away. */
export type Change = readonly [key: string, value: unknown]

/** Sets keys of a record, here and, in a while, on the user's other devices. */
export function keep(context: Context, record: string, changes: readonly Change[]): void {
  context.database.transaction(() => keepWithin(context, record, changes))
  context.pokeVault()
}

/** Within a transaction of the caller's, who pokes the vault afterwards. Throws IntentError 'too-large' where it does not fit. */
export function keepWithin(context: Context, record: string, changes: readonly Change[]): void {
  const { database } = context
  const known = readRegisters(database, record)
  const set = registersOf(context, known, changes)
  if (set.length === 0) return
  const merged = mergeRegisters(known, set)
  if (!set.every(({ key, value }) => value === null || merged.some((each) => each.key === key))) {
    throw new IntentError({ code: 'too-large', message: 'This is more than can be kept for you.' })
  }
  saveRegisters(database, record, merged)
  saveVaultChange(database, nameOf(record), encodePersonalRecord(merged))
  context.personalChanged(record)
}

/**
 * Sets keys only if nobody has written the record since it was read here, and `isSo` holds when it is written: of two devices that want
 * the same, one is told no. Throws TransportLost and ProtocolError.
 */
export function keepAlone(
  context: Context,
  record: string,
  isSo: () => boolean,
  changes: readonly Change[],
): Promise<boolean> {
  const { database } = context
  return context.writeAlone(() => {
    if (!isSo()) return undefined
    const known = readRegisters(database, record)
    const set = registersOf(context, known, changes)
    const content = encodePersonalRecord(mergeRegisters(known, set))
    const stored = () => {
      // What was set here while it was on its way is written as ever.
      const merged = mergeRegisters(readRegisters(database, record), set)
      saveRegisters(database, record, merged)
      const together = encodePersonalRecord(merged)
      if (sameBytes(together, content)) removeVaultChange(database, nameOf(record))
      else saveVaultChange(database, nameOf(record), together)
      context.personalChanged(record)
    }
    return { name: nameOf(record), content, stored }
  })
}

/** What would change nothing is left out, so that it does not win against another device's change. */
function registersOf(context: Context, known: readonly Register[], changes: readonly Change[]): Register[] {
  const { deviceId: device } = context.requireKeys()
  // At the end of all clocks the higher device wins (OWN-3), and the record can still be written.
  const highest = Math.max(context.now(), ...known.map((register) => register.clock + 1))
  const clock = Math.min(Number.MAX_SAFE_INTEGER, highest)
  return changes.flatMap(([key, value]) => {
    const bytes = value === undefined ? null : encodeCbor(value)
    const before = known.find((register) => register.key === key)?.value ?? null
    const same = bytes === null || before === null ? bytes === before : sameBytes(bytes, before)
    return same ? [] : [{ key, clock, device, value: bytes }]
  })
}

/** Undefined where there is none, or none that can be read. */
export function kept(context: Pick<Context, 'database'>, record: string, key: string): unknown {
  return valueOf(readRegister(context.database, record, key)?.value)
}

/** All keys of a record that have a value. */
export function allKept(context: Pick<Context, 'database'>, record: string): [key: string, value: unknown][] {
  return readRegisters(context.database, record).flatMap(({ key, value }): [string, unknown][] => {
    const read = valueOf(value)
    return read === undefined ? [] : [[key, read]]
  })
}

function valueOf(value: Uint8Array | null | undefined): unknown {
  if (!value) return undefined
  try {
    return decodeCbor(value)
  } catch {
    // Another program's: kept, and passed over here (OWN-5).
    return undefined
  }
}

/** A record as the vault holds it: put together with what is here; what waits to be written says so too. */
export function takePersonal(context: Context, name: string, content: Uint8Array): void {
  const { database } = context
  const record = name.slice(PERSONAL.length + 1)
  const stored = decodeOrNothing(context, content)
  if (!stored) return
  const merged = mergeRegisters(readRegisters(database, record), stored)
  saveRegisters(database, record, merged)
  const together = encodePersonalRecord(merged)
  if (sameBytes(together, content)) removeVaultChange(database, name)
  else replaceVaultChange(database, name, together)
  context.personalChanged(record)
}

/** What no program here could have written is as good as nothing, and is written over. */
function decodeOrNothing(context: Context, content: Uint8Array): Register[] | undefined {
  try {
    return decodePersonalRecord(content)
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error
    context.ports.log.warn('a personal record is malformed', { code: error.code })
    return undefined
  }
}
