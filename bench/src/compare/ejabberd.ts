/** ejabberd, the XMPP server in Erlang: multi-user chat, with or without an archive (XEP-0313) in PostgreSQL. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import { hasArchive, NO_ARCHIVE, startArchive, type Archive } from './archive.ts'
import { planRooms } from './crowd-plan.ts'
import { ACCEPT_BACKLOG, findProgram, freePort, hasLibrary, PeerProcess } from './peer-process.ts'
import { treeOf } from './process-usage.ts'
import type { CrowdShape, Running, System } from './system.ts'

const erlang = () => findProgram('/usr/bin/erl', '/usr/local/bin/erl')
const installed = () => erlang() !== undefined && findProgram('/usr/sbin/ejabberdctl') !== undefined
const LIBRARIES = '/usr/lib/x86_64-linux-gnu'
/** Without it ejabberd runs all the same, and keeps nothing. */
const hasDriver = () => hasLibrary(/^p1_pgsql-/, '/usr/lib/erlang/lib', LIBRARIES)
const SCHEMA = '/usr/share/ejabberd/sql/pg.sql'
const MEMBERS_MAX = 10_000

export const EJABBERD: System = {
  name: 'ejabberd',
  description: 'XMPP rooms in Erlang: nothing stored',
  keeps: false,
  packages: ['ejabberd'],
  missing: () => (installed() ? undefined : 'ejabberd is not installed'),
  start: (shape) => start(shape, undefined),
}

export const EJABBERD_ARCHIVE: System = {
  name: 'ejabberd + archive',
  description: 'the same with an archive in PostgreSQL (fsync), written after the message was delivered',
  keeps: true,
  packages: ['ejabberd', 'erlang-p1-pgsql', 'postgresql'],
  missing: () => EJABBERD.missing() ?? (hasArchive() && hasDriver() ? undefined : NO_ARCHIVE),
  start: async (shape) => start(shape, await startArchive()),
}

function database({ host, port, user, password, database }: Archive): string {
  return `
sql_type: pgsql
sql_server: "${host}"
sql_port: ${port}
sql_database: "${database}"
sql_username: "${user}"
sql_password: "${password}"
`
}

function config(port: number, archive: Archive | undefined): string {
  return `
hosts: [localhost]
loglevel: error
listen:
  - port: ${port}
    ip: "127.0.0.1"
    module: ejabberd_c2s
    backlog: ${ACCEPT_BACKLOG}
    max_stanza_size: 262144
    shaper: none
    access: all
auth_method: [anonymous]
anonymous_protocol: sasl_anon
allow_multiple_connections: true
max_fsm_queue: 1000000
s2s_access: none
${archive ? database(archive) : ''}
modules:
  mod_muc:
    host: conference.localhost
    access: all
    access_create: all
    history_size: 0
    max_users: ${MEMBERS_MAX}
    default_room_options: { persistent: ${archive !== undefined}, mam: ${archive !== undefined}, max_users: ${MEMBERS_MAX} }
${archive ? '  mod_mam: { db_type: sql, default: always }' : ''}
`
}

async function makeSchema({ host, port, user, password, database }: Archive): Promise<void> {
  const sql = postgres({ host, port, user, password, database, onnotice: () => undefined })
  await sql.unsafe(readFileSync(SCHEMA, 'utf8'))
  await sql.end()
}

async function start(shape: CrowdShape, archive: Archive | undefined): Promise<Running> {
  if (archive) await makeSchema(archive)
  const peer = new PeerProcess()
  const port = await freePort()
  const file = join(peer.folder, 'ejabberd.yml')
  writeFileSync(file, config(port, archive))
  const database = join(peer.folder, 'mnesia')
  const command = [erlang()!, '+K', 'true', '+P', '250000', '-noinput', '-mnesia', 'dir', `"${database}"`]
  await peer.start([...command, '-s', 'ejabberd'], port, {
    HOME: peer.folder,
    ERL_LIBS: LIBRARIES,
    EJABBERD_CONFIG_PATH: file,
    EJABBERD_LOG_PATH: join(peer.folder, 'ejabberd.log'),
  })
  return {
    target: { dialect: 'xmpp', port },
    crowd: planRooms(shape),
    serverPids: () => treeOf(peer.pid),
    databasePids: () => archive?.pids() ?? [],
    restart: () => peer.restart(),
    stop: async () => {
      await peer.stop()
      await archive?.stop()
    },
  }
}
