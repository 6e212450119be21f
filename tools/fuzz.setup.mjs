/** For the fuzz project: the same cases each time, so that what fails can be run again; `REFORMS_FUZZ_SEED` gives others. */
import fc from 'fast-check'
import { reportShortly } from './fuzz-report.mjs'

fc.configureGlobal({ seed: Number(process.env.REFORMS_FUZZ_SEED ?? 1), reporter: reportShortly })
