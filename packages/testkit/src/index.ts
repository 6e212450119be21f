/** For tests: a server that really runs, and people who use it without a screen. */
export { lying, type Lies } from './lying-server.ts'
export { copyDatabase, OldState } from './old-state.ts'
export { TESTING_PASSWORD, TestPerson, tokenOf, userNameOf, type PersonOptions } from './person.ts'
export { startServer, type CommandResult, type ServerOptions, type TestServer } from './server.ts'
export { Wire } from './wire.ts'
