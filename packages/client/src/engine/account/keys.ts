/** This device's keys in the local database. The phrase and the identity's private key are never stored (DESIGN: "Phrase"). */
import type { DeviceId, UserId } from '@reforms/protocol'
import type { Database } from '../../ports.ts'
import type { OwnKeys } from '../context.ts'
import type { Me } from '../../engine-api.ts'
import { readSetting, writeSetting } from '../tables/settings.ts'

const KEYS = 'keys'
const ME = 'me'

export function loadKeys(database: Database): OwnKeys | undefined {
  return readSetting(database, KEYS) as OwnKeys | undefined
}

export function saveKeys(database: Database, keys: OwnKeys): void {
  const { userId, deviceId, identityKey, signature, deviceName, sealing } = keys
  writeSetting(database, KEYS, {
    userId: userId satisfies UserId,
    deviceId: deviceId satisfies DeviceId,
    identityKey,
    signature: { publicKey: signature.publicKey, privateKey: signature.privateKey },
    deviceName,
    sealing: { publicKey: sealing.publicKey, privateKey: sealing.privateKey },
    accountNumber: keys.accountNumber,
    accountPrivateKey: keys.accountPrivateKey,
    vaultKeys: keys.vaultKeys.map(({ number, key }) => ({ number, key })),
  })
}

export function loadMe(database: Database): Me | undefined {
  return readSetting(database, ME) as Me | undefined
}

export function saveMe(database: Database, me: Me): void {
  writeSetting(database, ME, { ...me })
}
