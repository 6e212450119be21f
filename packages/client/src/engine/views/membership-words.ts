/** What a commit did to a channel, in words: who came and went, and what a moderator changed of its policy. */
import type { UserId } from '@reforms/protocol'
import type { Membership, PolicyChange } from '../channel/membership.ts'
import type { Context } from '../context.ts'
import { personName } from './names.ts'

/** Empty where there is nothing to say: an epoch was renewed, a device came in. */
export function membershipText(context: Context, change: Membership): string {
  const by = personName(context, change.by)
  if (change.founded) return `${by} made a new start for this channel’s encryption`
  const said: string[] = []
  if (change.added.length > 0) said.push(`${names(context, change.added)} joined`)
  if (change.removed.length > 0) said.push(`${names(context, change.removed)} left or was removed`)
  return [...said, ...(change.policy ? policyWords(context, by, change.policy) : [])].join(' · ')
}

const names = (context: Context, users: readonly UserId[]) =>
  users.map((user) => personName(context, user)).join(', ')

const HISTORY_WORDS = {
  all: 'can read everything from the beginning',
  joining: 'can read only what is written after they join',
  invited: 'can read what is written since they were invited',
}

/** POL-10. */
function policyWords(context: Context, by: string, change: PolicyChange): string[] {
  const { made, unmade, history, retentionDays } = change
  return [
    ...(made.length > 0 ? [`${by} made ${names(context, made)} moderator`] : []),
    ...(unmade.length > 0 ? [`${by} took the moderator’s role from ${names(context, unmade)}`] : []),
    ...(history ? [`${by} changed the rule for new members: they ${HISTORY_WORDS[history]}`] : []),
    ...(retentionDays === undefined ? [] : [retentionWords(by, retentionDays)]),
  ]
}

function retentionWords(by: string, days: number): string {
  if (days === 0) return `${by} turned disappearing messages off: they are kept from now on`
  return `${by} turned disappearing messages on: they are erased after ${days === 1 ? 'one day' : `${days} days`}`
}
