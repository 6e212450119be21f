/** What the load knows of a system: clients that connect, say something into a room and count what is delivered to them. */
export interface ClientEvents {
  /** A message of the load was delivered to this client; when it was sent, in microseconds. */
  delivered(sentAt: number): void
  /** Something was refused, or the connection was lost. */
  failed(what: string): void
}

/** What people do all day besides writing. Whoever reads opens a channel that shows something new, whoever looks one that does not. */
export type OfficeAct = 'type' | 'read' | 'look' | 'scroll' | 'presence'

export interface LoadClient {
  /** Resolves once whatever is said in its rooms reaches it. */
  connect(): Promise<void>
  /** Says one message into a room that it is in. */
  say(room: number, messageId: string): void
  /** Reads all that was said in a room, where it is kept; gives how many entries that were. */
  catchUp?(room: number): Promise<number>
  act?(kind: OfficeAct, room: number): void
  close(): void
}

/** A room as the load sees it: its place in the list is its name. */
export interface RoomPlan {
  /** Places of people in the list. */
  readonly members: readonly number[]
  /** What the system calls it. */
  readonly name: string
  /** What is said in it, as base64: ciphertext of an ordinary line. */
  readonly payload: string
  /** Of our rooms. */
  readonly epoch?: number
}

export interface PersonPlan {
  readonly name: string
  /** What this system asks for: a session's token, a password, nothing. */
  readonly secret: string
  /** Places of rooms in the list. */
  readonly rooms: readonly number[]
}

export interface CrowdPlan {
  readonly people: readonly PersonPlan[]
  readonly rooms: readonly RoomPlan[]
}

export type Dialect = 'reforms' | 'bare' | 'xmpp' | 'mqtt'

export interface Target {
  readonly dialect: Dialect
  readonly port: number
}

export interface ClientPlan {
  readonly target: Target
  readonly person: PersonPlan
  readonly crowd: CrowdPlan
}
