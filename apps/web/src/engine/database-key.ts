/**
 * The key of the local database: 32 random bytes, kept in IndexedDB wrapped under a CryptoKey that scripts cannot read out.
 * That keeps the bytes out of plain sight, and no more: browsers store such a CryptoKey in clear among the profile's files, so
 * without an app lock encryption at rest protects little against whoever has the disk. Used by the leader's worker only.
 */
const STORE = 'key'
const KEY_BYTES = 32
const NONCE_BYTES = 12

interface StoredKey {
  readonly wrappingKey: CryptoKey
  readonly nonce: Uint8Array<ArrayBuffer>
  readonly wrapped: ArrayBuffer
}

export interface DatabaseKey {
  readonly bytes: Uint8Array
  /** It was made just now: a database that is there already was encrypted under another key. */
  readonly isNew: boolean
}

export async function loadDatabaseKey(profile: string): Promise<DatabaseKey> {
  const keys = await openKeys(profile)
  try {
    const stored = await read(keys)
    if (stored) return { bytes: await unwrap(stored), isNew: false }
    const made = await makeKey()
    await write(keys, made)
    return { bytes: await unwrap(made), isNew: true }
  } finally {
    keys.close()
  }
}

async function makeKey(): Promise<StoredKey> {
  const wrappingKey = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'decrypt',
  ])
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
  const bytes = crypto.getRandomValues(new Uint8Array(KEY_BYTES))
  const wrapped = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, wrappingKey, bytes)
  return { wrappingKey, nonce, wrapped }
}

async function unwrap({ wrappingKey, nonce, wrapped }: StoredKey): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: nonce }, wrappingKey, wrapped))
}

function openKeys(profile: string): Promise<IDBDatabase> {
  const request = indexedDB.open(`reforms-${profile}`, 1)
  request.onupgradeneeded = () => request.result.createObjectStore(STORE)
  return settled(request)
}

function read(keys: IDBDatabase): Promise<StoredKey | undefined> {
  return settled(
    keys.transaction(STORE).objectStore(STORE).get('database') as IDBRequest<StoredKey | undefined>,
  )
}

/** On disk when it resolves: a key that is lost takes the database with it. */
function write(keys: IDBDatabase, key: StoredKey): Promise<void> {
  const transaction = keys.transaction(STORE, 'readwrite', { durability: 'strict' })
  transaction.objectStore(STORE).add(key, 'database')
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error ?? new Error('the key could not be stored'))
  })
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('the key store does not open'))
  })
}
