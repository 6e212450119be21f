import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { serveMetrics } from './metrics.ts'

function silentLog() {
  const warnings: string[] = []
  return { warnings, warn: (message: string) => void warnings.push(message), error: () => undefined }
}

async function taken() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, port: (server.address() as AddressInfo).port }
}

test('0 means none; a default port that is taken is a warning, a chosen one an error', async () => {
  const log = silentLog()
  expect(await serveMetrics({ host: '127.0.0.1', port: 0, isDefault: false }, log)).toBeUndefined()
  const { server, port } = await taken()
  expect(await serveMetrics({ host: '127.0.0.1', port, isDefault: true }, log)).toBeUndefined()
  expect(log.warnings.join()).toMatch(/EADDRINUSE.*REFORMS_METRICS_PORT/)
  const chosen = serveMetrics({ host: '127.0.0.1', port, isDefault: false }, log)
  await expect(chosen).rejects.toThrow(/REFORMS_METRICS_PORT/)
  server.close()
})

test('Prometheus reads /metrics, and nothing else is there', async () => {
  const { server: holder, port } = await taken()
  holder.close()
  await once(holder, 'close')
  const server = await serveMetrics({ host: '127.0.0.1', port, isDefault: false }, silentLog())
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`)
  expect(await answer.text()).toContain('reforms_process_cpu_seconds_total')
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404)
  server?.close()
})
