/**
 * Hands texts to SQLite in WebAssembly: written straight into its memory, which SQLite copies from. The library would encode each into
 * an array of its own first, and that took longer than most statements. For encrypted-database.ts only.
 */
import type { Database, Sqlite3Static } from '@evolu/sqlite-wasm'

export type PreparedStatement = ReturnType<Database['prepare']>

/** Longer texts than this takes go the library's way. */
const MEMORY_BYTES = 64 * 1024
/** UTF-8 needs at most so many for a unit of a JavaScript text. */
const BYTES_A_UNIT = 3
/** SQLite's own constant: it makes a copy before it returns. */
const COPY = -1

interface Exports {
  sqlite3_bind_text(statement: number, index: number, text: number, bytes: number, ending: number): number
}

export class TextBinding {
  readonly #sqlite: Sqlite3Static
  readonly #exports: Exports
  readonly #encoder = new TextEncoder()
  readonly #place: number

  constructor(sqlite: Sqlite3Static) {
    this.#sqlite = sqlite
    this.#exports = sqlite.wasm.exports as Exports
    this.#place = sqlite.wasm.alloc(MEMORY_BYTES)
  }

  bind(statement: PreparedStatement, index: number, text: string): void {
    const { pointer } = statement
    if (pointer === undefined || text.length * BYTES_A_UNIT > MEMORY_BYTES)
      return void statement.bind(index, text)
    const status = this.#exports.sqlite3_bind_text(pointer, index, this.#place, this.#write(text), COPY)
    if (status !== 0) throw new Error(`a text could not be bound: SQLite says ${status}`)
  }

  /** Returns how many bytes it takes. Most texts are ids, in ASCII. */
  #write(text: string): number {
    const [memory, place] = [this.#sqlite.wasm.heap8u(), this.#place]
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index)
      if (unit > 0x7f) {
        const rest = memory.subarray(place + index, place + MEMORY_BYTES)
        return index + this.#encoder.encodeInto(text.slice(index), rest).written
      }
      memory[place + index] = unit
    }
    return text.length
  }
}
