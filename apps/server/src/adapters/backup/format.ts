/**
 * A backup file (docs/admin, "Backup"), made to be read by any program:
 *
 * 1. a line `REFORMS BACKUP 1`;
 * 2. a line of JSON, the header: when, by which version, the migrations, tables, columns and sequences;
 * 3. gzip over the sections: each a line of JSON that names it (`{"table": …}` in PostgreSQL's COPY text format, or
 *    `{"blob": …}`, a path below the blob folder), then chunks of a 4-byte big-endian length and that many bytes, ended by
 *    a length of 0; the last section is `{"end": true}` without chunks;
 * 4. the SHA-256 of all bytes before it: 32 bytes.
 */
export const MAGIC = 'REFORMS BACKUP 1\n'
export const DIGEST_BYTES = 32
export const HEADER_MAX_BYTES = 4 * 1024 * 1024
export const CHUNK_MAX_BYTES = 16 * 1024 * 1024

export interface BackupHeader {
  readonly createdAt: string
  readonly version: string
  readonly migrations: readonly { readonly name: string; readonly sha256: string }[]
  readonly tables: readonly BackupTable[]
  readonly sequences: readonly BackupSequence[]
}

export interface BackupTable {
  readonly name: string
  readonly columns: readonly string[]
}

/** `value` as text: it may exceed what a JSON number holds. */
export interface BackupSequence {
  readonly name: string
  readonly value: string
  readonly called: boolean
}

export type Section = { readonly table: string } | { readonly blob: string } | { readonly end: true }
