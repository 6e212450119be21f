/** What people are called in the views. */
import type { UserId } from '@reforms/protocol'
import type { Context } from '../context.ts'
import { readPerson } from '../tables/people.ts'

export function personName(context: Context, userId: UserId | undefined): string {
  return (userId && readPerson(context.database, userId)?.displayName) || 'Somebody'
}
