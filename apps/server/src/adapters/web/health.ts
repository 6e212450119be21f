/** For load balancers and supervisors: /healthz, the process lives; /readyz, the database answers too. */
import type { FastifyInstance } from 'fastify'
import type { Sql } from 'postgres'

const READY_TIMEOUT_MS = 2000

export function addHealthRoutes(fastify: FastifyInstance, sql: Sql): void {
  fastify.get('/healthz', async (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ status: 'ok' }),
  )
  fastify.get('/readyz', async (_request, reply) => {
    const ready = await answers(sql)
    reply.header('cache-control', 'no-store').code(ready ? 200 : 503)
    return { status: ready ? 'ok' : 'database unavailable' }
  })
}

async function answers(sql: Sql): Promise<boolean> {
  let timer
  const tooLate = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, READY_TIMEOUT_MS, false)
  })
  const answer = sql`select 1`.then(
    () => true,
    () => false,
  )
  const ready = await Promise.race([answer, tooLate])
  clearTimeout(timer)
  return ready
}
