/** Keys with sets of values: a user's connections; and both ways: which users watch a channel, which channels a user watches. */
const NOTHING: ReadonlySet<never> = new Set<never>()

export class Sets<K, V> {
  readonly #sets = new Map<K, Set<V>>()

  add(key: K, value: V): void {
    const set = this.#sets.get(key)
    if (set) set.add(value)
    else this.#sets.set(key, new Set([value]))
  }

  delete(key: K, value: V): void {
    const set = this.#sets.get(key)
    set?.delete(value)
    if (set?.size === 0) this.#sets.delete(key)
  }

  get(key: K): ReadonlySet<V> {
    return this.#sets.get(key) ?? NOTHING
  }

  [Symbol.iterator](): Iterator<[K, ReadonlySet<V>]> {
    return this.#sets.entries()
  }
}

export class Index<K, V> {
  readonly #values = new Sets<K, V>()
  readonly #keys = new Sets<V, K>()

  add(key: K, value: V): void {
    this.#values.add(key, value)
    this.#keys.add(value, key)
  }

  delete(key: K, value: V): void {
    this.#values.delete(key, value)
    this.#keys.delete(value, key)
  }

  deleteKey(key: K): void {
    for (const value of [...this.get(key)]) this.delete(key, value)
  }

  deleteValue(value: V): void {
    for (const key of [...this.keysOf(value)]) this.delete(key, value)
  }

  get(key: K): ReadonlySet<V> {
    return this.#values.get(key)
  }

  keysOf(value: V): ReadonlySet<K> {
    return this.#keys.get(value)
  }
}
