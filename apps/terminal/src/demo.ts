/**
 * `npm start -- --demo`: fills a new server with a small organisation, by the way that people would take: every one of them
 * is an engine of their own, and all that they say is end-to-end encrypted. Run by tools/start.mjs.
 */
import { startEngine, type RunningEngine } from '@reforms/client'
import { createNodePorts } from '@reforms/client/node'
import type { ChannelId, UserId } from '@reforms/protocol'
import { CHANNELS, DIRECT, PEOPLE, type DemoPerson } from './demo/organisation.ts'

const PASSWORD = 'demonstration only'
const WAIT_MS = 60_000

interface Player {
  readonly person: DemoPerson
  readonly engine: RunningEngine
  readonly phrase: string
  readonly userId: UserId
}

/** Waits for a snapshot that fits. Throws after a minute, saying what was waited for. */
function until(what: string, watch: (check: (fits: boolean) => void) => () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`waited in vain for ${what}`)), WAIT_MS)
    const stop = watch((fits) => {
      if (!fits) return
      clearTimeout(timer)
      queueMicrotask(() => stop())
      resolve()
    })
  })
}

async function register(serverUrl: string, person: DemoPerson, link: string): Promise<Player> {
  const engine = await startEngine(createNodePorts({ serverUrl }))
  const { phrase } = await engine.send('phrase.create', {})
  await engine.send('account.register', {
    token: link.split('/').at(-1) ?? '',
    ...person,
    password: PASSWORD,
    phrase,
    deviceName: 'Demonstration',
  })
  let userId: UserId | undefined
  await until(`${person.displayName} to sign in`, (check) =>
    engine.watch('session', {}, (session) => {
      if (session.state === 'ready') userId = session.me.userId
      check(session.state === 'ready')
    }),
  )
  await until('a connection', (check) =>
    engine.watch('connection', {}, ({ state }) => check(state === 'online')),
  )
  return { person, engine, phrase, userId: userId as UserId }
}

async function say(player: Player, channelId: ChannelId, text: string): Promise<void> {
  const seen = until(`“${text.slice(0, 30)}” to be sent`, (check) =>
    player.engine.watch('timeline', { channelId, limit: 50 }, ({ items }) =>
      check(items.some((item) => item.kind === 'message' && item.text === text && item.state === 'sent')),
    ),
  )
  await player.engine.send('message.send', { channelId, text, files: [] })
  await seen
}

async function converse(
  players: ReadonlyMap<string, Player>,
  channelId: ChannelId,
  said: readonly (readonly [string, string])[],
): Promise<void> {
  for (const [userName, text] of said) {
    const player = players.get(userName)
    if (!player) continue
    await until(`${userName} to be in`, (check) =>
      player.engine.watch('channels', {}, (channels) =>
        check(channels.some((channel) => channel.channelId === channelId)),
      ),
    )
    await say(player, channelId, text)
  }
}

async function fill(serverUrl: string, setupLink: string): Promise<Player[]> {
  const [first, ...others] = PEOPLE
  if (!first) return []
  const admin = await register(serverUrl, first, setupLink)
  const players = new Map([[first.userName, admin]])
  await admin.engine.send('settings.update', { organisation: 'St Brigid’s Hospital' })
  const { url } = await admin.engine.send('invitation.create', {
    role: 'member',
    uses: others.length,
    expiresInHours: 24,
    note: 'Demonstration',
  })
  for (const person of others) players.set(person.userName, await register(serverUrl, person, url))
  await until('everybody to be known', (check) =>
    admin.engine.watch('people', {}, (people) => check(people.length === PEOPLE.length)),
  )
  for (const { members, said, ...channel } of CHANNELS) {
    const { channelId } = await admin.engine.send('channel.create', {
      ...channel,
      history: channel.kind === 'public' ? 'all' : 'joining',
      members: members.flatMap((userName) => players.get(userName)?.userId ?? []),
    })
    await converse(players, channelId, said)
  }
  for (const { people, said } of DIRECT) {
    const [opener, other] = people.map((userName) => players.get(userName))
    if (!opener || !other) continue
    const { channelId } = await opener.engine.send('channel.openDirect', { people: [other.userId] })
    await converse(players, channelId, said)
  }
  return [...players.values()]
}

function present(players: readonly Player[]): string {
  const lines = players.map(({ person, phrase }) => `  ${person.userName.padEnd(8)} ${phrase}`)
  return [
    '',
    'The demonstration is ready. Sign in as any of these with the password',
    `“${PASSWORD}”, and confirm with the recovery phrase beside the name:`,
    '',
    ...lines,
    '',
  ].join('\n')
}

async function main(): Promise<void> {
  const { REFORMS_URL: serverUrl, REFORMS_SETUP_LINK: setupLink } = process.env
  if (!serverUrl || !setupLink)
    throw new Error('REFORMS_URL and REFORMS_SETUP_LINK say where to fill in what')
  const players = await fill(serverUrl, setupLink)
  for (const player of players) await player.engine.stop()
  process.stdout.write(`${present(players)}\n`)
}

await main()
process.exit(0)
