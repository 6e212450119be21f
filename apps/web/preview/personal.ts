/** What the people who do not exist keep for themselves. */
import type { Params, Result } from '@reforms/client'
import { CONVERSATIONS, message, TIMELINES } from './conversations.ts'
import { person, SHOWN, userId } from './people.ts'

type Personal =
  | 'list'
  | 'saved'
  | 'savedIn'
  | 'draft'
  | 'reminders'
  | 'threads'
  | 'ownStatus'
  | 'readers'
  | 'inbox'
  | 'scheduled'
  | 'inboxCount'

export function personalReaders(empty: boolean): { [Q in Personal]: (params: Params<Q>) => Result<Q> } {
  return {
    list: () => ({
      sections: [{ id: 'projects', name: 'Renovation of the west wing' }],
      sort: 'name',
      unreadOnly: false,
      folded: [],
    }),
    saved: () => placed().map((each) => ({ ...each, savedAt: Date.now() })),
    savedIn: () => [],
    draft: () => '',
    reminders: () =>
      placed().map((each, index) => ({
        ...each,
        remindAt: Date.now() + index * 7_200_000,
        due: index === 0,
      })),
    threads: () =>
      placed().map((each, index) => ({
        ...each,
        ...{
          count: 4 + index,
          people: ['Inês Carvalho', 'Tom Becker'],
          lastAt: Date.now(),
          unread: index === 0 ? 2 : 0,
        },
      })),
    ownStatus: () => ({
      ...SHOWN[0],
      endsByHand: false,
      hidesReading: false,
      receiptsOffered: true,
    }),
    readers: () => ({
      readers: [1, 2, 3, 4].map((index) => ({
        userId: userId(index),
        name: person(index).displayName,
        seq: Number.MAX_SAFE_INTEGER,
      })),
      others: 8,
    }),
    inbox: ({ show }) => (empty ? [] : inboxOf(show)),
    scheduled: () =>
      placed().map(({ channelId, channelName, channelKind, said }, index) => ({
        ...{ channelId, channelName, channelKind, text: said.text },
        clientId: message(0, index, '').key as Result<'scheduled'>[number]['clientId'],
        at: Date.now() + index * 7_200_000,
        ...(index === 0 ? { due: true as const, problem: 'This channel is archived.' } : {}),
      })),
    inboxCount: () => (empty ? 0 : 3),
  }
}

/** Messages of the first conversations, in a line. */
function placed() {
  return CONVERSATIONS.slice(0, 3).flatMap(({ item }) => {
    const last = (TIMELINES.get(item.channelId) ?? []).findLast((each) => each.kind === 'message')
    if (last?.kind !== 'message') return []
    const { author, authorName, at, text } = last
    const where = { channelId: item.channelId, channelName: item.name, channelKind: item.kind }
    return [{ ...where, seq: last.seq ?? 1, said: { author, authorName, at, text } }]
  })
}

/** One of each kind, as far as the first conversations reach. */
function inboxOf(show: 'new' | 'snoozed' | 'read'): Result<'inbox'> {
  const kinds = ['mention', 'answer', 'reaction', 'invitation'] as const
  return placed().map((each, index) => ({
    ...each,
    kind: kinds[index + (show === 'new' ? 0 : 1)] ?? 'reply',
    seqs: index === 1 ? [each.seq, each.seq + 1, each.seq + 2] : [each.seq],
    people: [person(index + 1), ...(index === 2 ? [person(4), person(5)] : [])].map((one) => ({
      userId: one.userId,
      name: one.displayName,
    })),
    ...(index === 2 ? { emoji: ['👍', '🎉'] } : {}),
    at: Date.now() - index * 5_400_000,
    ...(show === 'snoozed' || index === 1 ? { until: Date.now() + 80_000_000 } : {}),
  }))
}
