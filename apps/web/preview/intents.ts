/** What the preview answers to intents: enough to walk through every screen. */
import { IntentError, type IntentInput, type IntentName, type IntentOutput } from '@reforms/client'
import type { AuditRecord, Invitation, InvitationId, ManagedUser, Settings } from '@reforms/protocol'
import { channelId, CONVERSATIONS } from './conversations.ts'
import { PEOPLE, userId } from './people.ts'

type Answers = { [N in IntentName]?: (input: IntentInput<N>) => IntentOutput<N> }

const DAY = 24 * 60 * 60 * 1000
const PHRASE = 'abandon ability able about above absent absorb abstract absurd abuse access accident'
const settings: Settings = {
  organisation: 'St. Brigid’s Clinic',
  registration: 'invitation',
  publicChannels: 'everyone',
  teams: 'administrators',
  sessionDays: 30,
  fileMaxMegabytes: 5120,
  receipts: true,
}

const managed = (): ManagedUser[] =>
  PEOPLE.map((person, index) => ({
    userId: person.userId,
    userName: person.userName,
    displayName: person.displayName,
    role: person.role,
    active: index !== 7,
    createdAt: Date.now() - 40 * DAY,
    ...(index === 5 ? {} : { lastSeenAt: Date.now() - index * 7 * 60 * 60 * 1000 }),
    deviceCount: 1 + (index % 3),
    sessionCount: 1,
    ...(index === 5 ? { resetRequestedAt: Date.now() - DAY } : {}),
  }))

function invitation(number: number, note: string, facts: Partial<Invitation> = {}): Invitation {
  return {
    invitationId: `00000000-0000-7000-c000-${String(number).padStart(12, '0')}` as InvitationId,
    role: 'member',
    note,
    createdBy: userId(0),
    createdAt: Date.now() - DAY,
    expiresAt: Date.now() + 2 * DAY,
    uses: 5,
    usesLeft: 3,
    revoked: false,
    ...facts,
  }
}

function audit(before: number | undefined): AuditRecord[] {
  const actions = [
    'sign-in',
    'invitation.created',
    'user.registered',
    'setting.changed',
    'sign-in.failed',
    'user.signed-out',
    'channel.member-removed',
    'device.cut',
  ]
  const newest = (before ?? 121) - 1
  return Array.from({ length: Math.min(50, newest) }, (_, index) => ({
    number: newest - index,
    at: Date.now() - (121 - newest + index) * 3_700_000,
    actor: userId(index % 5),
    action: actions[index % actions.length] ?? 'sign-in',
    subject: index % 8 === 3 ? 'registration' : userId((index + 2) % 6),
    detail: {},
    hash: new Uint8Array(32),
  }))
}

const pictureSource = `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="720"><rect width="1200" height="720" fill="#dfe9e4"/>${Array.from({ length: 12 }, (_, i) => `<rect x="${60 + (i % 4) * 280}" y="${60 + Math.floor(i / 4) * 210}" width="240" height="170" rx="16" fill="${['#fff', '#bfd8cc', '#f2d6c4'][i % 3]}"/>`).join('')}</svg>`

/** The plan as a PNG, drawn here. */
export async function drawPicture(): Promise<Uint8Array> {
  const image = new Image()
  image.src = URL.createObjectURL(new Blob([pictureSource], { type: 'image/svg+xml' }))
  await image.decode()
  const canvas = new OffscreenCanvas(1200, 720)
  canvas.getContext('2d')?.drawImage(image, 0, 0)
  return new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())
}

function refuse(code: 'sign-in-failed' | 'invitation-invalid', message: string): never {
  throw new IntentError({ code, message })
}

export const ANSWERS: Answers = {
  'link.check': ({ token, userName }) => {
    if (token === 'expired')
      refuse(
        'invitation-invalid',
        'This link is not valid any more. It may have expired, been used or been revoked. Ask for a new one.',
      )
    return {
      purpose: token === 'setup' ? 'setup' : 'join',
      organisation: settings.organisation,
      invitedBy: 'Miriam Okafor',
      role: 'member',
      ...(userName ? { nameFree: !PEOPLE.some((person) => person.userName === userName) } : {}),
    }
  },
  'server.info': () => ({
    ...{ name: settings.organisation, registration: 'invitation', setUp: true },
    fileMaxMegabytes: settings.fileMaxMegabytes,
    teams: settings.teams,
  }),
  'phrase.create': () => ({ phrase: PHRASE }),
  'phrase.check': ({ phrase }) => {
    const words = phrase.split(' ')
    const unknown = words.find((word) => !/^a/.test(word))
    if (unknown) return { ok: false, problem: 'word', word: unknown }
    return words.length === 12 ? { ok: true } : { ok: false, problem: 'length' }
  },
  'password.reset': () => ({ userName: 'miriam.okafor' }),
  'session.closeOthers': () => ({ closed: 2 }),
  'channel.create': () => ({ channelId: channelId(2) }),
  'message.find': () => ({ found: true }),
  'message.versions': () => ({
    versions: [
      { text: 'Yes, use it. I come up in an hour.', at: Date.now() - 1_320_000 },
      { text: 'Yes, use it. I come up in ten minutes.', at: Date.now() - 1_200_000 },
    ],
  }),
  'channel.openDirect': ({ people }) => ({
    channelId:
      CONVERSATIONS.find(({ item }) => item.kind === 'direct' && item.people[0] === people[0])?.item
        .channelId ?? channelId(10),
  }),
  'channel.browse': ({ search }) =>
    CONVERSATIONS.filter(
      ({ item }) => item.kind === 'public' && item.name.toLowerCase().includes(search.toLowerCase()),
    ).map(({ item, view }, index) => ({
      channelId: item.channelId,
      name: item.name,
      topic: item.topic,
      memberCount: view.members.length,
      joined: index === 0,
    })),
  'safety.number': () => ({ number: '048392017465830192847561029384756102938475610293847561029384' }),
  'admin.listUsers': ({ search }) =>
    managed().filter((user) => user.displayName.toLowerCase().includes((search ?? '').toLowerCase())),
  'admin.signOutUser': () => ({ closed: 1 }),
  'admin.resetPassword': () => ({
    url: 'https://chat.example.org/#/reset/4fJx8QmZ2Lr7Vw3Kp9Td6Yb1',
    expiresAt: Date.now() + DAY,
  }),
  'admin.approveReset': () => ({ resetAt: Date.now() + 3 * DAY }),
  'invitation.create': ({ note, uses, role }) => ({
    url: 'https://chat.example.org/#/join/9bQn2XsV7cLk4Rt8Hw1Fz5Gd',
    invitation: invitation(9, note, { uses, usesLeft: uses, role }),
  }),
  'invitation.list': () => [
    invitation(1, 'Night shift'),
    invitation(2, '', { uses: 1, usesLeft: 0 }),
    invitation(3, 'Agency staff until the end of the year, via Hannelore', { revoked: true }),
    invitation(4, 'Second administrator', { role: 'administrator', uses: 1, usesLeft: 1 }),
  ],
  'settings.read': () => settings,
  'settings.update': (changes) => Object.assign(settings, changes),
  'audit.read': ({ before }) => audit(before),
}
