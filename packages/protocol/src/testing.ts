/** Inputs made from schemas and changed bytes, for tests of whatever takes them, and what counts as a hang. For tests only. */
export { breaking, fitting, type Known } from './testing-arbitrary.ts'
export { encodeLoosely } from './testing-cbor.ts'
export { fits, isText, type Carrier, type SchemaNode } from './testing-form.ts'
export { watchForHang } from './testing-hang.ts'
export { mutateAll, mutations, type Mutation } from './testing-mutation.ts'
