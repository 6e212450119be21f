/** Beacon: the handlers of its operations. */
export { beaconHandlers } from './beacon.ts'
