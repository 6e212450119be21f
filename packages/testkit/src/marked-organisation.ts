/**
 * An organisation that uses everything there is, and all that it types is marked: what the server must not hold, what it is told
 * and does not keep, and what it holds. For the scenario that looks for the marks afterwards.
 */
import type { Database } from '@reforms/client'
import { openMemoryDatabase } from '@reforms/client/node'
import type { ChannelId, UserId } from '@reforms/protocol'
import type { Marks } from './marks.ts'
import { TestPerson, tokenOf } from './person.ts'
import { privateKeysIn, privateKeysOf } from './private-keys.ts'
import type { TestServer } from './server.ts'

/** More than one chunk. */
const LARGE_FILE_BYTES = 1_200_000
/** The server knows three words of a phrase as little as all twelve. */
const PHRASE_PART_WORDS = 3

export class MarkedPerson {
  readonly person: TestPerson
  /** By which they sign in, and are named. */
  readonly userName: string
  readonly phrase: string
  readonly database: Database
  password: string

  constructor(of: Pick<MarkedPerson, 'person' | 'userName' | 'phrase' | 'database' | 'password'>) {
    this.person = of.person
    this.userName = of.userName
    this.phrase = of.phrase
    this.database = of.database
    this.password = of.password
  }
}

export class MarkedOrganisation {
  readonly marks: Marks
  readonly #server: TestServer
  readonly #engines: TestPerson[] = []

  constructor(server: TestServer, marks: Marks) {
    this.#server = server
    this.marks = marks
  }

  /** A new profile, nobody's yet. */
  async visitor(): Promise<{ person: TestPerson; database: Database }> {
    const database = openMemoryDatabase()
    const person = await TestPerson.open({ serverUrl: this.#server.url, database })
    this.#engines.push(person)
    return { person, database }
  }

  /** By an invitation, or by the setup link, whose token the server prints on purpose. */
  async register(link: string): Promise<MarkedPerson> {
    const { marks } = this
    const { person, database } = await this.visitor()
    const token = tokenOf(link)
    if (link !== this.#server.setupLink) marks.addText('token', 'an invitation’s token', token)
    const userName = marks.make('known', 'a user’s name')
    await person.do('link.check', { token, userName })
    const { phrase } = await person.do('phrase.create', {})
    await this.#markPhrase(phrase)
    const password = marks.make('passing', 'a password')
    const marked = new MarkedPerson({ person, userName, phrase, database, password })
    const deviceName = marks.make('known', 'a device’s name')
    await person.do('account.register', {
      token,
      userName,
      displayName: userName,
      password,
      phrase,
      deviceName,
    })
    await person.online()
    marks.addText('known', 'a user’s id', await person.me())
    await this.keepKeys(database)
    return marked
  }

  /** Signed in, and not a device. */
  async signIn({ userName, password }: MarkedPerson) {
    const opened = await this.visitor()
    const deviceName = this.marks.make('known', 'a second device’s name')
    await opened.person.do('session.open', { userName, password, deviceName })
    await opened.person.until('session', {}, ({ state }) => state === 'unbound')
    return { ...opened, deviceName }
  }

  /** Marks every key that is in a database now: some are gone later. */
  async keepKeys(database: Database): Promise<void> {
    for (const { name, bytes } of await privateKeysIn(database)) this.marks.add('secret', name, bytes)
    const [session] = database.all('SELECT token FROM program_session')
    const token = session?.['token']
    if (typeof token === 'string') this.marks.addText('token', 'a session’s token', token)
  }

  async channel(by: TestPerson, kind: 'public' | 'private', members: UserId[]): Promise<ChannelId> {
    const holds = kind === 'public' ? 'known' : 'secret'
    const { channelId } = await by.do('channel.create', {
      kind,
      name: this.marks.make(holds, `the name of a ${kind} channel`),
      topic: `About ${this.marks.make(holds, `the topic of a ${kind} channel`)}`,
      history: kind === 'public' ? 'all' : 'joining',
      members,
    })
    return channelId
  }

  rename(by: TestPerson, kind: 'public' | 'private', channelId: ChannelId): Promise<void> {
    const holds = kind === 'public' ? 'known' : 'secret'
    const name = this.marks.make(holds, `the new name of a ${kind} channel`)
    const topic = this.marks.make(holds, `the new topic of a ${kind} channel`)
    return by.do('channel.rename', { channelId, name, topic })
  }

  /** Text with form and a mention, a small file and a large one, all marked; gives the text. */
  async say(by: TestPerson, channelId: ChannelId, mentioned: string): Promise<string> {
    const { marks } = this
    const text = `**${marks.make('secret', 'a message')}** for @${mentioned}: \`${marks.make('secret', 'code')}\``
    const type = marks.make('secret', 'a file’s type')
    const file = (bytes: Uint8Array) => ({
      name: `${marks.make('secret', 'a file’s name')}.txt`,
      mediaType: `text/${type}`,
      bytes,
    })
    const words = marks.make('secret', 'a file’s words')
    const large = Buffer.from(`${words} `.repeat(LARGE_FILE_BYTES / words.length))
    await by.do('message.send', { channelId, text, files: [file(Buffer.from(words)), file(large)] })
    return text
  }

  async leave(): Promise<void> {
    await Promise.all(this.#engines.map((person) => person.leave()))
  }

  async #markPhrase(phrase: string): Promise<void> {
    const words = phrase.split(' ')
    for (const separator of [' ', ',', '","', '\n']) {
      const parts = words.map((_, at) => words.slice(at, at + PHRASE_PART_WORDS))
      for (const part of parts.filter(({ length }) => length === PHRASE_PART_WORDS))
        this.marks.addText('secret', 'words of a phrase', part.join(separator))
    }
    for (const { name, bytes } of await privateKeysOf(phrase)) this.marks.add('secret', name, bytes)
  }
}
