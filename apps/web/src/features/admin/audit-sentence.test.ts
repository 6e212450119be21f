import type { AuditRecord, UserId } from '@reforms/protocol'
import { expect, test } from 'vitest'
import { auditSentence } from './audit-sentence.ts'

const ada = '00000000-0000-7000-8000-000000000001' as UserId
const bob = '00000000-0000-7000-8000-000000000002' as UserId
const names: Record<string, string> = { [ada]: 'Ada', [bob]: 'Bob' }
const sentence = (facts: Partial<AuditRecord>) =>
  auditSentence(
    { number: 1, at: 0, action: 'sign-in', detail: {}, hash: new Uint8Array(32), ...facts },
    (id) => names[id],
  ).replaceAll(/[\u2068\u2069]/g, '')

const standing = (role: string, active: boolean) => ({ role, active })

test.each<[Partial<AuditRecord>, string]>([
  [{ actor: ada, subject: ada }, 'Ada signed in.'],
  [{ action: 'setup-link.created' }, 'The server made a set-up link.'],
  [
    { action: 'password-link.created', actor: ada, subject: bob },
    'Ada made a link for Bob to set a new password.',
  ],
  [{ action: 'sign-in.failed' }, 'Signing in as somebody failed.'],
  [
    {
      action: 'user.changed',
      actor: ada,
      subject: bob,
      detail: { before: standing('member', true), after: standing('moderator', true) },
    },
    'Ada made Bob a moderator.',
  ],
  [
    {
      action: 'user.changed',
      actor: ada,
      subject: bob,
      detail: { before: standing('member', true), after: standing('member', false) },
    },
    'Ada deactivated Bob.',
  ],
  [{ action: 'setting.changed', actor: ada, subject: 'registration' }, 'Ada changed who can join.'],
  [
    { action: 'identity-reset.cancelled', actor: bob, subject: bob },
    'Bob cancelled their own request for a new identity.',
  ],
  [
    { action: 'user.registered', actor: '00000000-0000-7000-8000-000000000009' as UserId },
    'Somebody joined.',
  ],
  [
    { action: 'channel.policy-changed', actor: ada, detail: { moderators: 2, retentionDays: 7 } },
    'Ada changed who moderates and when messages are erased in a channel.',
  ],
  [{ action: 'something.newer', actor: ada, subject: 'x' }, 'Ada: something.newer (x).'],
  [{ action: 'constructor', actor: ada }, 'Ada: constructor (somebody).'],
])('%j reads as a sentence', (facts, expected) => {
  expect(sentence(facts)).toBe(expected)
})
