/** Prosody, the XMPP server in Lua: multi-user chat, with or without an archive (XEP-0313) in PostgreSQL. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PAGE } from '../load/xmpp-client.ts'
import { hasArchive, NO_ARCHIVE, startArchive, type Archive } from './archive.ts'
import { planRooms } from './crowd-plan.ts'
import { ACCEPT_BACKLOG, findProgram, freePort, hasLibrary, PeerProcess } from './peer-process.ts'
import type { CrowdShape, Running, System } from './system.ts'

const program = () => findProgram('/usr/bin/prosody', '/usr/local/bin/prosody')
/** Without it Prosody runs all the same, and keeps nothing. */
const hasDriver = () => hasLibrary(/^liblua.*-dbi-postgresql/, '/usr/lib/x86_64-linux-gnu')

export const PROSODY: System = {
  name: 'Prosody',
  description: 'XMPP rooms in Lua: nothing stored',
  keeps: false,
  packages: ['prosody'],
  missing: () => (program() ? undefined : 'prosody is not installed'),
  start: (shape) => start(shape, undefined),
}

export const PROSODY_ARCHIVE: System = {
  name: 'Prosody + archive',
  description: 'the same with an archive in PostgreSQL (fsync)',
  keeps: true,
  packages: ['prosody', 'lua-dbi-postgresql', 'postgresql'],
  missing: () => PROSODY.missing() ?? (hasArchive() && hasDriver() ? undefined : NO_ARCHIVE),
  start: async (shape) => start(shape, await startArchive()),
}

function database({ host, port, user, password, database }: Archive): string {
  const place = `host = "${host}", port = ${port}, database = "${database}"`
  return `
storage = { archive = "sql", muc_log = "sql" }
sql = { driver = "PostgreSQL", ${place}, username = "${user}", password = "${password}" }
`
}

/** An archive ends with its room, so that the room has to outlast its members. */
const ARCHIVED_ROOMS = `
  modules_enabled = { "muc_mam" }
  muc_log_by_default = true
  muc_room_default_persistent = true
  max_archive_query_results = ${PAGE}`

function config(port: number, folder: string, archive: Archive | undefined): string {
  return `
run_as_root = true
data_path = "${folder}"
pidfile = "${folder}/prosody.pid"
log = { error = "${folder}/prosody.log" }
modules_enabled = { "saslauth" }
modules_disabled = { "s2s", "offline", "tls" }
c2s_ports = { ${port} }
c2s_interfaces = { "127.0.0.1" }
s2s_ports = { }
c2s_require_encryption = false
network_backend = "epoll"
network_settings = { tcp_backlog = ${ACCEPT_BACKLOG} }
${archive ? database(archive) : ''}
VirtualHost "localhost"
  authentication = "anonymous"
Component "conference.localhost" "muc"
  restrict_room_creation = false
  muc_room_locking = false
  muc_room_default_history_length = 0
  ${archive ? ARCHIVED_ROOMS : ''}
`
}

async function start(shape: CrowdShape, archive: Archive | undefined): Promise<Running> {
  const peer = new PeerProcess()
  const port = await freePort()
  const file = join(peer.folder, 'prosody.cfg.lua')
  writeFileSync(file, config(port, peer.folder, archive))
  await peer.start([program()!, '-F', '--config', file], port)
  return {
    target: { dialect: 'xmpp', port },
    crowd: planRooms(shape),
    serverPids: () => [peer.pid],
    databasePids: () => archive?.pids() ?? [],
    restart: () => peer.restart(),
    stop: async () => {
      await peer.stop()
      await archive?.stop()
    },
  }
}
