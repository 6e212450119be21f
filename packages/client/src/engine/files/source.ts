/** Where the bytes of a file come from that is to be sent: a handle that is read in pieces, never as a whole. */

export interface FileSource {
  readonly size: number
  read(start: number, end: number): Promise<Uint8Array>
}

export function sourceOf(bytes: Uint8Array | Blob): FileSource {
  if (bytes instanceof Uint8Array) {
    return { size: bytes.length, read: (start, end) => Promise.resolve(bytes.subarray(start, end)) }
  }
  return {
    size: bytes.size,
    read: async (start, end) => new Uint8Array(await bytes.slice(start, end).arrayBuffer()),
  }
}
