/** Before suites that drive what ships: what ships is built from the sources as they are, and has started once. */
import { buildAll } from './build.mjs'
import { prepareData } from './prepared-data.mjs'

export async function setup() {
  await buildAll()
  const { folder, remove } = await prepareData()
  process.env.REFORMS_TEST_PREPARED = folder
  return remove
}
