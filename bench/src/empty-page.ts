/**
 * What no program here can be faster than: a page with nothing in it gets a text over a WebSocket, puts it in and paints it. For
 * send-to-paint.ts.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { WebSocketServer, type WebSocket as ServerSocket } from 'ws'

const PAUSE_MS = 100

/** In the page: what each text that comes over the socket took until a frame with it was out, by one machine's clock. */
function paintWhatComes(url: string): Promise<void> {
  const socket = new WebSocket(url)
  socket.onmessage = ({ data }: MessageEvent<string>) => {
    document.body.append(data)
    requestAnimationFrame(() =>
      setTimeout(() => socket.send(String(performance.timeOrigin + performance.now()))),
    )
  }
  return new Promise((resolve) => (socket.onopen = () => resolve()))
}

/** Milliseconds from sending to painted, `times` times. */
export async function measureEmptyPage(page: Page, times: number): Promise<number[]> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html')
    response.end('<!doctype html><title>Empty</title><body></body>')
  })
  server.listen(0, 'localhost')
  await once(server, 'listening')
  const place = `localhost:${(server.address() as AddressInfo).port}`
  const connected = once(new WebSocketServer({ server }), 'connection') as Promise<[ServerSocket]>
  // A page of its own address: one without an address reaches no socket on this machine.
  await page.goto(`http://${place}/`)
  await page.evaluate(paintWhatComes, `ws://${place}/`)
  const [socket] = await connected
  const taken: number[] = []
  for (let time = 0; time < times; time += 1) {
    const sentAt = performance.timeOrigin + performance.now()
    socket.send(`measured ${time} times `)
    const [answer] = (await once(socket, 'message')) as [Buffer]
    taken.push(Number(answer.toString()) - sentAt)
    await sleep(PAUSE_MS)
  }
  socket.terminate()
  server.closeAllConnections()
  server.close()
  return taken
}
