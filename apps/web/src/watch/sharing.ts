/** Keeps what a snapshot has in common with the one before, so that only what has changed is drawn again. */

/** `now`, with the parts of `before` wherever they are equal; `before` itself where all is. Lists are compared place by place. */
export function sharing<T>(before: unknown, now: T): T {
  if (Object.is(before, now)) return now
  if (Array.isArray(now)) return Array.isArray(before) ? (sharedList(before, now) as T) : now
  if (isPlain(now) && isPlain(before)) return sharedObject(before, now) as T
  return now
}

function sharedList(before: readonly unknown[], now: readonly unknown[]): readonly unknown[] {
  const parts = now.map((part, place) => sharing(before[place], part))
  return parts.length === before.length && parts.every((part, place) => Object.is(part, before[place]))
    ? before
    : parts
}

type Plain = Record<string, unknown>

function sharedObject(before: Plain, now: Plain): Plain {
  const names = Object.keys(now)
  const parts = names.map((name) => [name, sharing(before[name], now[name])] as const)
  const isSame =
    names.length === Object.keys(before).length &&
    parts.every(([name, part]) => name in before && Object.is(part, before[name]))
  return isSame ? before : Object.fromEntries(parts)
}

/** Neither null, nor a list, nor bytes. */
function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
