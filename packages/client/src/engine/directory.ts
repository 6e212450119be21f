/** The directory, followed: who there is, under which name, with which keys. */
import { limits, type UserId } from '@reforms/protocol'
import type { Context } from './context.ts'
import { learnDocuments } from './account/device-lists.ts'
import { refreshOwnAccount } from './account/devices.ts'
import { saveMe } from './account/keys.ts'
import { readPerson, saveDocuments, savePerson } from './tables/people.ts'

export async function refreshPeople(context: Context): Promise<void> {
  let after: UserId | undefined
  for (;;) {
    const page = await context.ports.transport.call('directory.list', {
      limit: limits.LIST_PAGE_MAX,
      ...(after ? { after } : {}),
    })
    context.database.transaction(() => page.users.forEach((user) => savePerson(context.database, user)))
    after = page.users.at(-1)?.userId
    if (!page.more || !after) break
  }
  noteMe(context)
  context.peopleChanged()
}

export async function refreshPerson(context: Context, userId: UserId): Promise<void> {
  const { users, documents } = await context.ports.transport.call('directory.read', { userIds: [userId] })
  context.database.transaction(() => {
    for (const user of users) savePerson(context.database, user)
    for (const each of documents) saveDocuments(context.database, each)
  })
  await learnDocuments(context, documents)
  if (userId === context.keys?.userId) await refreshOwnAccount(context)
  context.keysShown([userId])
  noteMe(context)
  context.peopleChanged()
}

/** One's own name and role may have been changed elsewhere. */
function noteMe(context: Context): void {
  const person = context.me && readPerson(context.database, context.me.userId)
  if (!context.me || !person) return
  const { userName, displayName, role } = person
  context.me = { ...context.me, userName, displayName, role }
  const me = context.me
  context.database.transaction(() => saveMe(context.database, me))
  if (context.session.state === 'ready') context.setSession({ ...context.session, me })
}
