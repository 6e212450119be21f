import { expect, test } from 'vitest'
import { createLog } from './log.ts'

function logged(format: 'json' | 'pretty', write: (log: ReturnType<typeof createLog>) => void): string {
  const lines: string[] = []
  write(createLog({ level: 'info', format }, { write: (line) => void lines.push(line) }))
  return lines.join('')
}

test.each(['json', 'pretty'] as const)('no cookie, token or password gets into the log (%s)', (format) => {
  const text = logged(format, (log) => {
    log.info({ password: 'hunter2', token: 'hunter2' }, 'top')
    log.info({ headers: { cookie: 'hunter2', authorization: 'hunter2', 'set-cookie': 'hunter2' } }, 'headers')
    log.info({ input: { body: { password: 'hunter2' } } }, 'deep')
    log.info({ req: { method: 'GET', url: '/api/x?key=hunter2', body: 'hunter2' } }, 'request')
    const query = { query: 'select hunter2', parameters: ['hunter2'], detail: 'Key (name)=(hunter2) exists' }
    log.error({ err: Object.assign(new Error('a query failed'), query) }, 'database')
  })
  expect(text).not.toContain('hunter2')
  expect(text).toContain('/api/x')
  expect(text).toContain('a query failed')
})

test('in JSON a record has the fields of the Elastic Common Schema', () => {
  const record = JSON.parse(logged('json', (log) => log.warn('careful'))) as Record<string, unknown>
  expect(record).toMatchObject({ 'log.level': 'warn', message: 'careful', 'service.name': 'reforms' })
  expect(Date.parse(String(record['@timestamp']))).toBeGreaterThan(0)
})

test('a line for a person cannot steer the terminal', () => {
  const text = logged('pretty', (log) => log.info({ name: '\u001b[2Jx' }, 'bell\u0007'))
  expect(text).toMatch(/^\d\d:\d\d:\d\d INFO {2}bell\\u0007 name=\\u001b\[2Jx\n$/)
})
