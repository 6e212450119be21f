/** The worker of the tab that leads: the program's engine over the browser's ports. */
import { startEngine } from '@reforms/client'
import { openBrowserPorts } from './browser-ports.ts'
import { hostEngine } from './host-worker.ts'

hostEngine({ openPorts: openBrowserPorts, start: startEngine })
