/** A poll as it is shown: each option with who chose it. SPEC.md, POLL-2 to POLL-4. */
import { knownContent, type MessageContent } from '@reforms/crypto'
import type { UserId } from '@reforms/protocol'
import type { PollView } from '../../engine-api.ts'
import { countVotes, type PollCount, type SaidOfPoll } from '../channel/poll-count.ts'
import type { Poll } from '../channel/polling.ts'
import type { Context } from '../context.ts'
import { countErased, readEntry, type StoredEntry } from '../tables/entries.ts'
import type { RelationRow } from '../tables/relations.ts'
import { personName } from './names.ts'

type Asking = Pick<Poll, 'options' | 'several'>

export function pollOf(
  context: Context,
  { channelId, seq, senderUser }: Pick<StoredEntry, 'channelId' | 'seq' | 'senderUser'>,
  { options, several }: Asking,
  rows: readonly RelationRow[],
): PollView {
  const said = rows.flatMap(({ kind, author, seq }): SaidOfPoll[] => {
    if (kind === 'poll-end') return [{ kind, author }]
    const entry = kind === 'vote' ? readEntry(context.database, channelId, seq) : undefined
    const content = entry?.content && knownContent(entry.content)
    return content?.type === 'vote' ? [{ kind: 'vote', author, choices: content.choices }] : []
  })
  const view = viewOf(
    context,
    { options, several },
    countVotes({ author: senderUser, options, several }, said),
  )
  const erased = countErased(context.database, channelId, seq)
  return erased > 0 ? { ...view, erased } : view
}

function viewOf(context: Context, { options, several }: Asking, { ended, choices }: PollCount): PollView {
  const me = context.me?.userId
  const choosers = (place: number) =>
    [...choices].filter(([, chosen]) => chosen.includes(place)).map(([userId]) => userId)
  return {
    options: options.map((text, place) => {
      const users = choosers(place)
      const people = users.map((userId) => ({ userId, name: personName(context, userId) }))
      return { text, people, mine: users.some((userId) => userId === me) }
    }),
    several,
    voters: choices.size,
    ...(ended ? { ended } : {}),
  }
}

/** With what waits in the outbox: the user sees at once what they did. */
export function pendingPoll(
  context: Context,
  poll: PollView,
  content: Extract<MessageContent, { type: 'vote' | 'poll-end' }>,
): PollView {
  if (content.type === 'poll-end') return { ...poll, ended: true }
  if (poll.ended) return poll
  const before = new Map<UserId, number[]>()
  poll.options.forEach(({ people }, place) => {
    for (const { userId } of people) before.set(userId, [...(before.get(userId) ?? []), place])
  })
  const { me } = context
  if (me && content.choices.length > 0) before.set(me.userId, content.choices)
  else if (me) before.delete(me.userId)
  const options = poll.options.map(({ text }) => text)
  const view = viewOf(context, { options, several: poll.several }, { ended: false, choices: before })
  return poll.erased ? { ...view, erased: poll.erased } : view
}
