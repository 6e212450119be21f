/** Before suites that drive what ships: what ships is built from the sources as they are. */
import { buildAll } from './build.mjs'

export const setup = () => buildAll()
