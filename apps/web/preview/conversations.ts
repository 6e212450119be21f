/** What they have said, and where. */
import type { ChannelItem, ChannelView, FileView, Member, TimelineItem } from '@reforms/client'
import type { ChannelId, ClientId } from '@reforms/protocol'
import { deviceId, person } from './people.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const now = Date.now()

export const channelId = (number: number) =>
  `00000000-0000-7000-a000-${String(number).padStart(12, '0')}` as ChannelId

export type Message = Extract<TimelineItem, { kind: 'message' }>
type Said = 'reactions' | 'answers' | 'thread' | 'pinned' | 'forwarded' | 'editedAt' | 'forMe'
type Extra = Partial<Pick<Message, 'files' | 'state' | 'problem' | 'redacted' | Said>>

let count = 0

export function message(author: number, ago: number, text: string, extra: Extra = {}): Message {
  count += 1
  const state = extra.state ?? 'sent'
  return {
    kind: 'message',
    key: `00000000-0000-7000-b000-${String(count).padStart(12, '0')}` as ClientId,
    ...(state === 'sent' ? { seq: count } : {}),
    author: person(author).userId,
    authorName: person(author).displayName,
    mine: author === 0,
    at: now - ago,
    text,
    ...extra,
    files: extra.files ?? [],
    state,
  }
}

const named = (...indices: number[]) =>
  indices.map((index) => ({ userId: person(index).userId, name: person(index).displayName }))

export function reaction(emoji: string, ...by: number[]) {
  return { emoji, people: named(...by), mine: by.includes(0) }
}

function quoteOf(answered: Message, thread = false) {
  const { seq = 0, author, authorName, text } = answered
  return { seq, thread, said: { author, authorName, text } }
}

function notice(ago: number, text: string): TimelineItem {
  count += 1
  return { kind: 'notice', key: `n${count}`, seq: count, at: now - ago, text }
}

function waitingForKey(author: number, ago: number): TimelineItem {
  count += 1
  const { userId, displayName } = person(author)
  return {
    kind: 'waiting-for-key',
    key: `w${count}`,
    seq: count,
    at: now - ago,
    author: userId,
    authorName: displayName,
  }
}

const plan: FileView = {
  blobId: 'plan',
  name: 'Bed plan week 47.png',
  mediaType: 'image/png',
  size: 184_220,
  width: 1200,
  height: 720,
}
const sheet: FileView = {
  blobId: 'sheet',
  name: 'Handover checklist (final, really final, 2026-11-23).pdf',
  mediaType: 'application/pdf',
  size: 2_412_000,
}

const CODE =
  'The export runs again:\n\n```sql\nselect ward, count(*) as beds\nfrom bed\nwhere free_from <= now() and cleaned_at is not null and reserved_for is null\ngroup by ward\norder by ward;\n```\nRun it with `psql -f beds.sql`.'
const LONG = Array.from(
  { length: 30 },
  (_, line) => `${line + 1}. Check cupboard ${line + 1}, note what is missing, sign.`,
).join('\n')

function history(): TimelineItem[] {
  const talk = [
    'Room 12 is ready.',
    'Thank you.',
    'Who has the key to the store?',
    'I do. Bringing it.',
    'The lift is out until noon, please take the stairs with **small** equipment.',
    'Noted.',
  ]
  return Array.from({ length: 400 }, (_, index) =>
    message(
      [1, 3, 2, 5, 0, 8][(index * 5 + (index >> 2)) % 6] ?? 1,
      9 * DAY - index * 30 * MINUTE,
      `${talk[index % talk.length]} (${index + 1})`,
    ),
  )
}

const admissions = message(
  2,
  DAY + 300 * MINUTE,
  'Good morning. Two admissions today, both after lunch. **Room 7** stays free for isolation.',
  {
    pinned: true,
    reactions: [reaction('👍', 0, 1, 3, 5), reaction(':thank_you_ward:', 2, 4), reaction('👀', 4)],
    thread: { count: 3, people: named(8, 1, 2), lastAt: now - 35 * MINUTE, unread: 1 },
  },
)

const inThread = (author: number, ago: number, text: string, extra: Extra = {}) =>
  message(author, ago, text, { ...extra, answers: quoteOf(admissions, true) })

/** The answers to the admissions, as the pane shows them. */
export const THREADS = new Map<number, Message[]>([
  [
    admissions.seq ?? 0,
    [
      { ...admissions, thread: undefined },
      inThread(1, DAY + 250 * MINUTE, 'The first one comes at two, the second at three.'),
      inThread(2, 60 * MINUTE, 'Good. Who takes the second?', { reactions: [reaction('✅', 8)] }),
      inThread(8, 35 * MINUTE, 'I do. @miriam.okafor, can you tell the kitchen?', { forMe: true }),
    ].map(({ thread: _, ...each }) => each),
  ],
])

const ward: TimelineItem[] = [
  ...history(),
  notice(DAY + 400 * MINUTE, 'Miriam Okafor added Inês Carvalho.'),
  admissions,
  message(1, DAY + 296 * MINUTE, 'Understood. I take the first one.'),
  message(
    1,
    DAY + 295 * MINUTE,
    'The monitor in 7 still beeps at night, I have reported it: https://tickets.example.org/4711',
  ),
  message(0, DAY + 280 * MINUTE, 'Thanks, Jonas. Here is the plan for the week.', { files: [plan] }),
  message(4, DAY + 200 * MINUTE, 'صباح الخير، سأكون في الجناح الساعة العاشرة. هل وصلت النتائج؟'),
  message(6, DAY + 196 * MINUTE, '東京から届いた新しいポンプの説明書を訳しました。'),
  message(3, 95 * MINUTE, CODE),
  message(3, 94 * MINUTE, 'Done, all of you :thank_you_ward: and :no_such_name:'),
  waitingForKey(5, 80 * MINUTE),
  message(0, 70 * MINUTE, 'Please read this before the round:', { files: [sheet] }),
  message(0, 69 * MINUTE, LONG),
  message(
    8,
    40 * MINUTE,
    '> Room 7 stays free\n\nIs that still so? I have somebody with a fever.\n\n- 38.9 at 14:10\n- no travel\n- _waiting for the swab_',
  ),
  message(2, 22 * MINUTE, 'Yes, use it. I come up in ten minutes.', {
    answers: quoteOf(admissions),
    editedAt: now - 20 * MINUTE,
  }),
  message(7, 21 * MINUTE, 'I can stay until eight if that helps anybody. @miriam.okafor?', {
    forMe: true,
    reactions: [reaction('❤️', 0, 2), reaction('🎉', 3)],
  }),
  message(3, 15 * MINUTE, 'The lift is repaired. Thank you for your patience.', {
    forwarded: { author: person(5).userId, authorName: person(5).displayName, at: now - 3 * 60 * MINUTE },
  }),
  message(0, 9 * MINUTE, 'Wrong channel, sorry.', { redacted: true }),
  message(0, 4 * MINUTE, 'That helps a lot, thank you.'),
]

export const OWN_STATES: TimelineItem[] = [
  message(0, 2 * MINUTE, 'And I have ordered new labels.', {
    state: 'failed',
    problem: 'The file was larger than the server accepts. Send a smaller one.',
    files: [],
  }),
  message(0, MINUTE, 'Back at three.', { state: 'waiting' }),
]

export const TIMELINES = new Map<ChannelId, TimelineItem[]>([
  [channelId(1), ward],
  [
    channelId(2),
    [
      notice(3 * DAY, 'Miriam Okafor created the channel.'),
      message(0, 3 * DAY - MINUTE, 'Everybody reads this one. Please keep it to announcements.'),
      message(5, 120 * MINUTE, 'The canteen opens at 11 this week.'),
    ],
  ],
  [channelId(3), [message(2, 300 * MINUTE, 'Rota for December is up for discussion.')]],
  [
    channelId(10),
    [
      message(1, 50 * MINUTE, 'Have you eaten?'),
      message(0, 48 * MINUTE, 'Not yet. Ten minutes?'),
      message(1, 47 * MINUTE, 'Perfect, I keep you a seat.'),
    ],
  ],
  [channelId(11), [message(4, 26 * 60 * MINUTE, 'شكراً على المساعدة اليوم.')]],
  [channelId(12), [message(3, 3 * DAY, 'See you both on Monday.')]],
])

const everybody = [0, 1, 2, 3, 4, 5, 6, 7, 8]

function memberOf(index: number): Member {
  const names = ['Firefox on Linux', 'Chrome on Android', 'Safari on iPhone']
  return {
    ...person(index),
    moderator: index === 0 || index === 2,
    devices: names
      .slice(0, 1 + (index % 3))
      .map((name, device) => ({ deviceId: deviceId(index * 10 + device), name })),
    standing: index === 8 ? 'joining' : 'in',
  }
}

interface Conversation {
  item: ChannelItem
  view: ChannelView
}

function rulesOf(facts: Partial<ChannelView>) {
  const {
    history = 'all',
    namedModerator = true,
    description = '',
    writers = 'members',
    retentionDays = 0,
  } = facts
  return { history, namedModerator, description, writers, retentionDays, iAmModerator: true }
}

function conversation(
  number: number,
  members: number[],
  facts: Partial<ChannelItem> & Partial<ChannelView>,
): Conversation {
  const id = channelId(number)
  const last = TIMELINES.get(id)?.at(-1)
  const shared = {
    channelId: id,
    kind: facts.kind ?? ('public' as const),
    name: facts.name ?? 'channel',
    topic: facts.topic ?? '',
    archived: facts.archived ?? false,
  }
  return {
    item: {
      ...shared,
      unread: facts.unread ?? 0,
      mentions: facts.mentions ?? 0,
      lastAt: last?.at ?? 0,
      ...(facts.threads ? { threads: facts.threads } : {}),
      ...(last?.kind === 'message' ? { preview: { author: last.authorName, text: last.text } } : {}),
      place: 'member',
      people:
        shared.kind === 'direct'
          ? members.filter((index) => index !== 0).map((index) => person(index).userId)
          : [],
    },
    view: {
      ...shared,
      ...rulesOf(facts),
      place: 'member',
      members: members.map(memberOf),
      warnings: facts.warnings ?? [],
      typing: facts.typing ?? [],
    },
  }
}

export const CONVERSATIONS: Conversation[] = [
  conversation(1, everybody, {
    name: 'Ward 3',
    topic: 'Handovers, rooms and everything in between',
    threads: [...THREADS.keys()],
    typing: [person(2).userId],
  }),
  conversation(2, everybody, { name: 'Everybody', topic: 'Announcements', unread: 1 }),
  conversation(3, [0, 2, 5], {
    name: 'Rota',
    kind: 'private',
    history: 'joining',
    unread: 3,
    mentions: 1,
    warnings: [
      'Grace Mwangi has a new identity since 20 November. Compare safety numbers before you write anything confidential.',
    ],
  }),
  conversation(4, [0, 1], {
    name: 'A channel with a very long name that does not fit anywhere near the list',
  }),
  conversation(10, [0, 1], {
    name: 'Jonas Lindqvist',
    kind: 'direct',
    unread: 2,
    mentions: 2,
    history: 'joining',
  }),
  conversation(11, [0, 4], { name: 'ليلى حداد', kind: 'direct', history: 'joining' }),
  conversation(12, [0, 3, 8], { name: 'Tom Becker, Inês Carvalho', kind: 'direct', history: 'joining' }),
  conversation(20, [0], { name: 'Move to the new building', archived: true }),
]
