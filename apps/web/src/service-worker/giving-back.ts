/** Memory of bytes that nobody needs any more. The engine's worker imports it as well. */

/** What was handed to a port that is closed is nobody's. Garbage would be collected only when there are some 100 MB of it. */
export function giveBack(buffer: ArrayBuffer): void {
  const { port1, port2 } = new MessageChannel()
  port1.postMessage(undefined, [buffer])
  port1.close()
  port2.close()
}
