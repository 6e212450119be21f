/**
 * Looks for marks in files, in memory and in output: all forms of all marks in one pass, since there are hundreds of them and
 * hundreds of megabytes. For tests.
 */
import { closeSync, lstatSync, openSync, readdirSync, readSync } from 'node:fs'
import { join, relative } from 'node:path'
import { formsOf, type Mark, type MarkForm } from './marks.ts'

/** What a form begins with decides where it is compared. */
const ANCHOR_BYTES = 4
const SLOT_BITS = 24
const GOLDEN_RATIO = 0x9e3779b1
const BLOCK_BYTES = 4 * 1024 * 1024

export interface Finding {
  readonly mark: Mark
  readonly form: string
  readonly place: string
}

export class MarkSearch {
  readonly #forms = new Map<number, MarkForm[]>()
  readonly #taken = new Uint8Array(2 ** (SLOT_BITS - 3))
  readonly #longest: number
  readonly #block = Buffer.alloc(BLOCK_BYTES)

  constructor(marks: readonly Mark[]) {
    const forms = marks.flatMap(formsOf)
    this.#longest = Math.max(...forms.map(({ bytes }) => bytes.length))
    for (const form of forms) {
      const slot = slotOf(anchorAt(form.bytes, 0))
      this.#taken[slot >> 3]! |= 1 << (slot & 7)
      this.#forms.set(slot, [...(this.#forms.get(slot) ?? []), form])
    }
  }

  /** Each mark once for each place. */
  inBytes(bytes: Uint8Array, place: string): Finding[] {
    const found = new Map<Mark, Finding>()
    if (bytes.length < ANCHOR_BYTES) return []
    let anchor = anchorAt(bytes, 0)
    for (let at = 0; ; at += 1) {
      const slot = slotOf(anchor)
      if ((this.#taken[slot >> 3]! >> (slot & 7)) & 1) this.#compare(bytes, at, slot, place, found)
      if (at + ANCHOR_BYTES >= bytes.length) return [...found.values()]
      anchor = (anchor >>> 8) | (bytes[at + ANCHOR_BYTES]! << 24)
    }
  }

  /** A part of a file, such as a process's memory, block by block. */
  inPart(descriptor: number, from: number, to: number, place: string): Finding[] {
    const block = this.#block
    const found: Finding[] = []
    for (let at = from; at < to; at += BLOCK_BYTES - this.#longest) {
      const read = readSync(descriptor, block, 0, Math.min(BLOCK_BYTES, to - at), at)
      found.push(...this.inBytes(block.subarray(0, read), place))
    }
    return oneEach(found)
  }

  /** Every file below a folder, each a place. */
  inFolder(folder: string): Finding[] {
    return filesIn(folder).flatMap((file) => this.inFile(file, relative(folder, file)))
  }

  inFile(file: string, place = file): Finding[] {
    const descriptor = openSync(file, 'r')
    try {
      return this.inPart(descriptor, 0, lstatSync(file).size, place)
    } finally {
      closeSync(descriptor)
    }
  }

  #compare(bytes: Uint8Array, at: number, slot: number, place: string, found: Map<Mark, Finding>): void {
    for (const { mark, form, bytes: wanted } of this.#forms.get(slot) ?? []) {
      if (found.has(mark)) continue
      if (Buffer.compare(bytes.subarray(at, at + wanted.length), wanted) === 0)
        found.set(mark, { mark, form, place })
    }
  }
}

/** Files that are there and no links; sockets and the like hold nothing. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

function oneEach(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [finding.mark, finding])).values()]
}

function anchorAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
}

function slotOf(anchor: number): number {
  return Math.imul(anchor, GOLDEN_RATIO) >>> (32 - SLOT_BITS)
}
