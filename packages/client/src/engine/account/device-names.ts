/** Names of people's devices, from their signed device lists: asked for when somebody looks at a member list. */
import { verifyAccountStatement, verifyDeviceList } from '@reforms/crypto'
import type { UserDocuments, UserId } from '@reforms/protocol'
import type { Context } from '../context.ts'

const AT_ONCE = 100

export async function learnDeviceNames(context: Context, userIds: readonly UserId[]): Promise<void> {
  for (let at = 0; at < userIds.length; at += AT_ONCE) {
    const page = userIds.slice(at, at + AT_ONCE)
    const { documents } = await context.ports.transport.call('directory.read', { userIds: page })
    for (const each of documents) await learn(context, each)
  }
  context.watches.changed('people')
}

async function learn(context: Context, documents: UserDocuments): Promise<void> {
  const statement = await verifyAccountStatement(documents.account)
  const list = await verifyDeviceList(documents.devices, statement)
  for (const device of list.devices) context.deviceNames.set(`${list.userId}/${device.deviceId}`, device.name)
}
