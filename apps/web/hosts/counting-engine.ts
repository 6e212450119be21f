/**
 * An engine that does nothing but what its hosts' tests need: it counts in the database. `connection.waiting` is the count;
 * `server.info` names this very engine; the other intents are slow, block, fail or notify.
 */
import { IntentError, type Notification, type Ports } from '@reforms/client'
import type { Hosted } from '../src/engine/host-worker.ts'

const SLOW_MS = 2000
const BLOCKED_MS = 12_000

type Intent = (input: never) => unknown

export async function startCounting({ database, clock }: Ports): Promise<Hosted> {
  const name = crypto.randomUUID()
  const listeners = new Set<(snapshot: never) => void>()
  const notified = new Set<(notification: Notification) => void>()
  const focus: unknown[] = []
  database.exec('CREATE TABLE IF NOT EXISTS count (text TEXT)')
  const count = () => Number(database.all('SELECT count(*) AS n FROM count')[0]!['n'])
  const snapshot = () => ({ state: 'online', waiting: count() }) as never
  const slowly = <T>(output: T) => new Promise<T>((resolve) => clock.after(SLOW_MS, () => resolve(output)))

  const intents: Record<string, Intent> = {
    'server.info': () => ({ name, registration: 'open', setUp: true, fileMaxMegabytes: 1 }),
    'message.send': ({ text }: { text: string }) => {
      database.transaction(() => database.run('INSERT INTO count VALUES (?)', [text]))
      for (const listener of listeners) listener(snapshot())
      return { clientId: String(count()) }
    },
    'settings.read': () => slowly({ slow: name }),
    'emoji.picture': () => slowly({ slow: name }),
    'session.closeOthers': () => slowly({ closed: 1 }),
    'device.remove': () => {
      for (const end = Date.now() + BLOCKED_MS; Date.now() < end;);
    },
    'channel.leave': () =>
      Promise.reject(new IntentError({ code: 'forbidden', message: 'no', detail: { why: 'a test' } })),
    'profile.update': () => {
      for (const listener of notified)
        listener({ about: 'message', seq: 1, channelId: 'c' as never, title: 'a', body: 'b' })
    },
    'file.read': ({ blobId }: { blobId: string }) => ({
      bytes: new Uint8Array(1_000_000).fill(7),
      name: blobId,
    }),
    'view.focus': (input) => void focus.push(input),
    'audit.read': () => focus,
  }

  return {
    watch(_query, _params, listener) {
      listeners.add(listener)
      listener(snapshot())
      return () => listeners.delete(listener)
    },
    send: async (intent, input) => (await intents[intent]!(input as never)) as never,
    onNotification(listener) {
      notified.add(listener)
      return () => notified.delete(listener)
    },
    stop: async () => undefined,
  }
}
