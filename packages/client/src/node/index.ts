/** Hosting the engine in Node: for the terminal, bots, load tools and tests. */
export { DatabaseInUse } from './database-owner.ts'
export { createNodeEngine } from './engine.ts'
export { createFolderFileStore, createMemoryFileStore } from './file-store.ts'
export { errorStreamLog, silentLog, systemClock, systemRandom } from './host.ts'
export { createNodePorts, type NodePorts, type NodePortsOptions } from './ports.ts'
export { openFileDatabase, openMemoryDatabase } from './sqlite-database.ts'
