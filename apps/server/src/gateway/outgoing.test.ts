/** What waits for sockets: its order, what is written at once, and what it counts for. */
import { EventEmitter } from 'node:events'
import { Duplex } from 'node:stream'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { WebSocket } from 'ws'
import type { Actor } from '../ports/call.ts'
import { CLOSE } from './close-code.ts'
import { Connection, type Identity } from './connection.ts'
import { framed } from './framing.ts'
import { Followed, KnownActor } from './known-actor.ts'
import { Outgoing, WriteRounds } from './outgoing.ts'

const frame = (text: string) => framed(Buffer.from(text))

/** A socket that notes each write that reaches the system; it may be read slowly, or not at all. */
class Line extends Duplex {
  readonly writes: string[] = []
  reads = true
  #done: () => void = () => undefined

  override _write(bytes: Buffer, _encoding: string, done: () => void): void {
    this.writes.push(textsOf(bytes))
    if (this.reads) done()
    else this.#done = done
  }

  /** From now on. */
  readAll(): void {
    this.reads = true
    this.#done()
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), '', done)
  }

  override _read(): void {}
}

function placeOf(bytes: Buffer): [start: number, length: number] {
  if (bytes[1]! < 126) return [2, bytes[1]!]
  return bytes[1] === 126 ? [4, bytes.readUInt16BE(2)] : [10, Number(bytes.readBigUInt64BE(2))]
}

/** The messages in the bytes, the first letters of each. */
function textsOf(bytes: Buffer): string {
  if (bytes.length === 0) return ''
  const [start, length] = placeOf(bytes)
  const text = bytes.subarray(start, start + Math.min(length, 5)).toString()
  return [text, textsOf(bytes.subarray(start + length))].filter(Boolean).join(' ')
}

describe('what goes out', () => {
  test('GW-3: what gathers for a socket in one turn is one write, in order', async () => {
    const rounds = new WriteRounds()
    const [line, other] = [new Line(), new Line()]
    const [outgoing, others] = [new Outgoing(line, rounds), new Outgoing(other, rounds)]
    for (const text of ['a', 'b', 'c']) {
      outgoing.add(frame(text))
      others.add(frame(text.toUpperCase()))
    }
    expect(line.writes).toEqual([])
    await nextTurn()
    outgoing.add(frame('d'))
    await sleep(50)
    expect(line.writes).toEqual(['a b c', 'd'])
    expect(other.writes).toEqual(['A B C'])
  })

  test('GW-3: those who get the same frames get the same bytes, and whoever gets others gets these', async () => {
    const rounds = new WriteRounds()
    const lines = [1, 2, 3, 4].map(() => new Line())
    const [a, b, own] = [frame('a'), frame('b'), frame('own')]
    for (const [index, line] of lines.entries()) {
      const outgoing = new Outgoing(line, rounds)
      outgoing.add(a)
      if (index === 1) outgoing.add(own)
      outgoing.add(b)
    }
    await nextTurn()
    expect(lines.map(({ writes }) => writes)).toEqual([['a b'], ['a own b'], ['a b'], ['a b']])
  })

  test('GW-3: much that has gathered keeps its order', async () => {
    const line = new Line()
    const outgoing = new Outgoing(line, new WriteRounds())
    for (const letter of ['a', 'b', 'c', 'd']) outgoing.add(frame(letter.repeat(30_000)))
    await nextTurn()
    expect(line.writes).toEqual(['aaaaa bbbbb ccccc ddddd'])
  })

  test('GW-3: what takes long to write lets more gather, for a bounded time', async () => {
    const rounds = new WriteRounds()
    const line = new Line()
    const busy = new Line()
    busy._write = (_bytes, _encoding, done) => {
      const until = performance.now() + 30
      while (performance.now() < until);
      done()
    }
    new Outgoing(busy, rounds).add(frame('x'))
    await nextTurn()
    const outgoing = new Outgoing(line, rounds)
    outgoing.add(frame('a'))
    await nextTurn()
    outgoing.add(frame('b'))
    await nextTurn()
    expect(line.writes).toEqual([])
    await expect.poll(() => line.writes).toEqual(['a b'])
  })

  test('GW-6: what has gathered counts as held, and so does what the other side has not taken', async () => {
    const line = new Line()
    line.reads = false
    const outgoing = new Outgoing(line, new WriteRounds())
    const [one, two] = [frame('one'), frame('two')]
    outgoing.add(one)
    outgoing.add(two)
    expect(outgoing.bytes).toBe(one.length + two.length)
    await nextTurn()
    expect(outgoing.bytes).toBe(one.length + two.length)
  })

  test('nothing is written to a socket that has gone', async () => {
    const line = new Line()
    const outgoing = new Outgoing(line, new WriteRounds())
    outgoing.add(frame('a'))
    line.destroy()
    await nextTurn()
    expect([line.writes, outgoing.bytes]).toEqual([[], 0])
  })
})

const mebibyte = frame('x'.repeat(1024 * 1024))

/** A connection over a line; what ws writes itself, the close frame, is noted as `close`. */
function connectionOver(line: Line, rounds = new WriteRounds()) {
  const socket = Object.assign(new EventEmitter(), {
    OPEN: 1,
    readyState: 1,
    close: (code: number) => line.writes.push(`close ${code}`),
    terminate: () => undefined,
  })
  const outgoing = new Outgoing(line, rounds)
  const known = new KnownActor({} as Actor, new Followed())
  const connection = new Connection(socket as unknown as WebSocket, outgoing, {} as Identity, known)
  connection.listen(
    () => Promise.resolve(),
    () => undefined,
  )
  return { socket, connection, outgoing }
}

describe('a connection that ends', () => {
  test('GW-8: what was sent before it goes out before the close frame, and nothing after it', async () => {
    const line = new Line()
    const { connection } = connectionOver(line)
    connection.send(frame('a'))
    connection.send(frame('b'))
    connection.end(CLOSE.RESTART, 'the server restarts')
    connection.send(frame('c'))
    await nextTurn()
    expect(line.writes).toEqual(['a b', 'close 1012'])
  })

  test('nothing follows a close frame that came from the other side', async () => {
    const line = new Line()
    const { socket, connection } = connectionOver(line)
    connection.send(frame('a'))
    socket.readyState = 2
    connection.send(frame('b'))
    connection.end(CLOSE.CATCH_UP, 'catch up')
    await nextTurn()
    expect(line.writes).toEqual(['close 1013'])
  })

  test('GW-6: who does not read is told to catch up once what has gathered is too much', async () => {
    const line = new Line()
    line.reads = false
    const { connection, outgoing } = connectionOver(line)
    for (let sent = 0; sent < 18; sent += 1) connection.send(mebibyte)
    expect(line.writes.at(-1)).toBe('close 1013')
    expect(outgoing.bytes).toBe(0)
    await nextTurn()
    expect(line.writableLength).toBeLessThan(18 * mebibyte.length)
  })

  test('GW-6: over all of them it is bounded: who holds the most is cut off, the others stay', async () => {
    const rounds = new WriteRounds()
    const lines = Array.from({ length: 20 }, () => new Line())
    for (const [index, line] of lines.entries()) {
      line.reads = index === 0
      const { connection } = connectionOver(line, rounds)
      // The last one's has not been written yet.
      if (index === lines.length - 1) await nextTurn()
      for (let sent = 0; sent < (index === 5 ? 15 : 14); sent += 1) connection.send(mebibyte)
    }
    const isCut = ({ writes }: Line) => writes.at(-1) === 'close 1013'
    rounds.relieve()
    expect(lines.map(isCut)).toEqual(lines.map((_, index) => index === 5))
    rounds.relieve()
    expect(lines.filter(isCut)).toHaveLength(1)
  })

  test('GW-6: what a socket held that has gone, or that was read after all, counts no longer', async () => {
    const rounds = new WriteRounds()
    const opened = Array.from({ length: 20 }, () => {
      const line = new Line()
      line.reads = false
      const { socket, connection } = connectionOver(line, rounds)
      for (let sent = 0; sent < 14; sent += 1) connection.send(mebibyte)
      return { line, socket }
    })
    await nextTurn()
    opened[0]!.socket.emit('close')
    opened[1]!.line.readAll()
    rounds.relieve()
    expect(opened.filter(({ line }) => line.writes.at(-1)?.startsWith('close'))).toEqual([])
  })
})
