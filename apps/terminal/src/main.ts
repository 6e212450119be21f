/**
 * `reforms-chat`: the SDK in a terminal, one line at a time. `reforms-chat SERVER [PROFILE]` keeps the profile in a file of
 * its own (by default ~/.reforms-chat.db); `/help` says what can be typed.
 */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline/promises'
import {
  IntentError,
  startEngine,
  type RunningEngine,
  type SessionState,
  type TimelineItem,
} from '@reforms/client'
import { createNodePorts } from '@reforms/client/node'
import type { ChannelId } from '@reforms/protocol'

const HELP = `/channels          what you are in
/open NAME         turns to a channel; what is said there is shown
/join NAME         joins a public channel
/direct USER       turns to a direct channel with somebody
/quit              ends; what waits is sent next time
Anything else is said in the open channel.`

class Chat {
  readonly #engine: RunningEngine
  readonly #input: Interface
  #channelId: ChannelId | undefined
  #stopWatching: () => void = () => undefined
  readonly #shown = new Set<string>()

  constructor(engine: RunningEngine, input: Interface) {
    this.#engine = engine
    this.#input = input
  }

  async run(): Promise<void> {
    await this.#signIn()
    this.#say(`Signed in. ${HELP}`)
    for await (const line of this.#input) {
      if (line.trim() === '/quit') break
      await this.#act(line.trim()).catch((error: unknown) => this.#say(wordsOf(error)))
    }
    await this.#engine.stop()
  }

  async #signIn(): Promise<void> {
    for (;;) {
      const session = this.#session()
      if (session.state === 'ready') return
      const step = session.state === 'unbound' ? this.#confirm() : this.#openSession()
      await step.catch((error: unknown) => this.#say(wordsOf(error)))
    }
  }

  async #openSession(): Promise<void> {
    const userName = await this.#input.question('User name: ')
    const password = await this.#input.question('Password: ')
    await this.#engine.send('session.open', { userName, password, deviceName: 'Terminal' })
  }

  async #confirm(): Promise<void> {
    const phrase = await this.#input.question('Recovery phrase (12 words): ')
    await this.#engine.send('device.restore', { phrase, deviceName: 'Terminal' })
  }

  #session(): SessionState {
    const seen: SessionState[] = []
    this.#engine.watch('session', {}, (session) => seen.push(session))()
    return seen[0] ?? { state: 'starting' }
  }

  async #act(line: string): Promise<void> {
    const [command, ...words] = line.split(' ')
    const rest = words.join(' ')
    const commands: Record<string, () => Promise<void> | void> = {
      '/help': () => this.#say(HELP),
      '/channels': () => this.#list(),
      '/open': () => this.#open(this.#find(rest)),
      '/join': () => this.#join(rest),
      '/direct': () => this.#direct(rest),
    }
    const run = command === undefined ? undefined : commands[command]
    if (run) return run()
    if (line !== '') await this.#send(line)
  }

  #list(): void {
    this.#engine.watch('channels', {}, (channels) => {
      for (const channel of channels) {
        this.#say(`${channel.name}${channel.unread > 0 ? ` (${channel.unread} unread)` : ''}`)
      }
    })()
  }

  #find(name: string): ChannelId {
    let found: ChannelId | undefined
    this.#engine.watch('channels', {}, (channels) => {
      found = channels.find((channel) => channel.name.toLowerCase() === name.toLowerCase())?.channelId
    })()
    if (!found)
      throw new IntentError({ code: 'not-found', message: `You are in no channel called “${name}”.` })
    return found
  }

  #open(channelId: ChannelId): void {
    this.#stopWatching()
    this.#channelId = channelId
    this.#shown.clear()
    this.#stopWatching = this.#engine.watch('timeline', { channelId, limit: 50 }, ({ items }) => {
      for (const item of items) this.#show(item)
    })
  }

  #show(item: TimelineItem): void {
    if (this.#shown.has(item.key) || (item.kind === 'message' && item.state !== 'sent')) return
    if (item.kind === 'waiting-for-key') return
    this.#shown.add(item.key)
    const time = new Date(item.at).toTimeString().slice(0, 5)
    // What somebody writes must not look like lines of others.
    const words = item.text.replaceAll('\n', '\n      ')
    this.#say(item.kind === 'notice' ? `${time} · ${words}` : `${time} ${item.authorName}: ${words}`)
  }

  async #join(name: string): Promise<void> {
    const found = await this.#engine.send('channel.browse', { search: name })
    const channel = found.find((each) => each.name.toLowerCase() === name.toLowerCase())
    if (!channel)
      throw new IntentError({ code: 'not-found', message: `There is no public channel called “${name}”.` })
    await this.#engine.send('channel.join', { channelId: channel.channelId })
    this.#open(channel.channelId)
  }

  async #direct(userName: string): Promise<void> {
    let userId
    this.#engine.watch('people', {}, (people) => {
      userId = people.find((person) => person.userName === userName)?.userId
    })()
    if (!userId)
      throw new IntentError({ code: 'not-found', message: `There is nobody called “${userName}”.` })
    const { channelId } = await this.#engine.send('channel.openDirect', { people: [userId] })
    this.#open(channelId)
  }

  async #send(text: string): Promise<void> {
    if (!this.#channelId) return this.#say('Open a channel first: /channels, then /open NAME.')
    await this.#engine.send('message.send', { channelId: this.#channelId, text, files: [] })
  }

  /** Control characters of others must not reach the terminal. */
  #say(text: string): void {
    process.stdout.write(`${text.replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, ' ')}\n`)
  }
}

function wordsOf(error: unknown): string {
  if (error instanceof IntentError) return error.problem.message
  return 'Something went wrong. Try again.'
}

async function main(): Promise<void> {
  const [serverUrl, profile = join(homedir(), '.reforms-chat.db')] = process.argv.slice(2)
  if (!serverUrl) {
    process.stderr.write(
      'Usage: reforms-chat SERVER [PROFILE]\nSuch as: reforms-chat https://chat.example.org\n',
    )
    process.exit(2)
  }
  const engine = await startEngine(createNodePorts({ serverUrl, databaseFile: profile }))
  const input = createInterface({ input: process.stdin, output: process.stdout })
  await new Chat(engine, input).run()
  process.exit(0)
}

await main()
