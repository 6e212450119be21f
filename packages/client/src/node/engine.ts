/** The engine in Node, with all of its ports. For the terminal, bots, load tools and tests. */
import { startEngine, type RunningEngine } from '../engine/engine.ts'
import { createNodePorts, type NodePortsOptions } from './ports.ts'

/** `stop` ends the engine's work and closes its database. Throws DatabaseInUse. */
export async function createNodeEngine(options: NodePortsOptions): Promise<RunningEngine> {
  const ports = createNodePorts(options)
  const engine = await startEngine(ports)
  return {
    watch: (query, params, listener) => engine.watch(query, params, listener),
    send: (intent, input) => engine.send(intent, input),
    onNotification: (listener) => engine.onNotification(listener),
    async stop() {
      await engine.stop()
      ports.database.close()
    },
  }
}
