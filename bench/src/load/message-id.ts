/**
 * The id of a message under load: a UUIDv7 (SPEC.md, ID-2) whose last 12 digits are the microsecond at which it was, or should
 * have been, sent, so that every receiver in every process knows its age without a table. All systems carry it.
 */
export const ID_LENGTH = 36
const TIME_DIGITS = 12
const COUNTER_SIZE = 2 ** 24

let counter = Math.floor(Math.random() * COUNTER_SIZE)

/** Microseconds of the system's monotonic clock, which all processes share. */
export function nowMicros(): number {
  return Number(process.hrtime.bigint() / 1000n)
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0')
}

export function makeMessageId(sentAtMicros: number): string {
  counter = (counter + 1) % COUNTER_SIZE
  const time = hex(Date.now(), 12)
  const count = hex(counter, 6)
  const sent = hex(sentAtMicros, TIME_DIGITS)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${count.slice(0, 3)}-8${count.slice(3)}-${sent}`
}

/** When the message was sent whose id begins here. */
export function sentAtOf(bytes: Uint8Array, start: number): number {
  let micros = 0
  const end = start + ID_LENGTH
  for (let at = end - TIME_DIGITS; at < end; at += 1) {
    const code = bytes[at]!
    micros = micros * 16 + (code > 57 ? code - 87 : code - 48)
  }
  return micros
}
