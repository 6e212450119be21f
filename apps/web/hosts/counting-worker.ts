/** The leader's worker with the counting engine. */
import { openBrowserPorts } from '../src/engine/browser-ports.ts'
import { hostEngine } from '../src/engine/host-worker.ts'
import { startCounting } from './counting-engine.ts'

hostEngine({ openPorts: openBrowserPorts, start: startCounting })
