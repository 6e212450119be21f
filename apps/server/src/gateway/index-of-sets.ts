/** Keys with sets of values, both ways: which users watch a channel, which channels a user watches. */
const NOTHING: ReadonlySet<never> = new Set<never>()

export class Index<K, V> {
  readonly #values = new Map<K, Set<V>>()
  readonly #keys = new Map<V, Set<K>>()

  add(key: K, value: V): void {
    put(this.#values, key, value)
    put(this.#keys, value, key)
  }

  delete(key: K, value: V): void {
    take(this.#values, key, value)
    take(this.#keys, value, key)
  }

  deleteKey(key: K): void {
    for (const value of [...this.get(key)]) this.delete(key, value)
  }

  deleteValue(value: V): void {
    for (const key of [...this.keysOf(value)]) this.delete(key, value)
  }

  get(key: K): ReadonlySet<V> {
    return this.#values.get(key) ?? NOTHING
  }

  keysOf(value: V): ReadonlySet<K> {
    return this.#keys.get(value) ?? NOTHING
  }

  values(): Iterable<ReadonlySet<V>> {
    return this.#values.values()
  }
}

function put<A, B>(map: Map<A, Set<B>>, key: A, value: B): void {
  const set = map.get(key)
  if (set) set.add(value)
  else map.set(key, new Set([value]))
}

function take<A, B>(map: Map<A, Set<B>>, key: A, value: B): void {
  const set = map.get(key)
  set?.delete(value)
  if (set?.size === 0) map.delete(key)
}
