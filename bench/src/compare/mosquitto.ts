/** Mosquitto, a broker of MQTT in C: near the floor of what a program on this machine can do. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { planRooms } from './crowd-plan.ts'
import { findProgram, freePort, PeerProcess } from './peer-process.ts'
import type { CrowdShape, Running, System } from './system.ts'

const program = () => findProgram('/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto')

export const MOSQUITTO: System = {
  name: 'Mosquitto',
  description: 'publish and subscribe in C (MQTT 3.1.1, QoS 0): nothing stored',
  keeps: false,
  packages: ['mosquitto'],
  missing: () => (program() ? undefined : 'mosquitto is not installed'),
  start,
}

async function start(shape: CrowdShape): Promise<Running> {
  const peer = new PeerProcess()
  const port = await freePort()
  const config = join(peer.folder, 'mosquitto.conf')
  const rules = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'persistence false',
    'max_queued_messages 0',
    'set_tcp_nodelay true',
    'log_type error',
    ...(process.getuid?.() === 0 ? ['user root'] : []),
  ]
  writeFileSync(config, `${rules.join('\n')}\n`)
  await peer.start([program()!, '-c', config], port)
  return {
    target: { dialect: 'mqtt', port },
    crowd: planRooms(shape),
    serverPids: () => [peer.pid],
    databasePids: () => [],
    restart: () => peer.restart(),
    stop: () => peer.stop(),
  }
}
