import type { ChannelId, Seq } from '@reforms/protocol'
import { beforeEach, expect, test } from 'vitest'
import { attach, inOrder } from './attachments.ts'
import {
  changeDraft,
  forgetDrafts,
  isEmpty,
  putBack,
  readDraft,
  watchDrafts,
  whileSignedIn,
} from './drafts.ts'
import { keepInDraft } from './voice/kept.ts'

const place = { channelId: '0190aaaa-0000-7000-8000-000000000001' as ChannelId }
const note = new File(['words'], 'notes.txt', { type: 'text/plain' })

const MAX_BYTES = 100
const unreadable = { arrayBuffer: () => Promise.reject(new Error()) }

beforeEach(() => forgetDrafts())

test('a file is in the draft at once, and what is typed next keeps it', async () => {
  const { attachments, problems } = attach([note], 0, MAX_BYTES)
  expect(problems).toEqual([])
  changeDraft(place, (draft) => ({ ...draft, files: [...draft.files, ...attachments] }))
  changeDraft(place, (draft) => ({ ...draft, text: 'Here' }))
  expect(isEmpty(readDraft(place))).toBe(false)
  expect(readDraft(place).text).toBe('Here')
  const files = await inOrder(readDraft(place).files)
  expect(files).toMatchObject([{ name: 'notes.txt', mediaType: 'text/plain' }])
})

test('what is sent first is ready first, and a file that is gone keeps nobody waiting', async () => {
  const gone = attach(
    [{ name: 'gone.txt', type: '', size: 1, slice: () => unreadable } as unknown as File],
    0,
    MAX_BYTES,
  )
  const [first, second, third] = [gone.attachments, attach([note], 0, MAX_BYTES).attachments, []].map(inOrder)
  await expect(first).rejects.toThrow('gone.txt')
  expect(await second).toHaveLength(1)
  expect(await third).toEqual([])
})

test('too many files are refused, with words', () => {
  const { attachments, problems } = attach(
    Array.from({ length: 4 }, () => note),
    8,
    MAX_BYTES,
  )
  expect([attachments.length, problems.length]).toEqual([2, 1])
})

test('what is larger than the organisation allows is refused, with words', () => {
  const { attachments, problems } = attach([note], 0, 4)
  expect(attachments).toEqual([])
  expect(problems.join()).toContain('notes.txt')
})

test('what is refused comes back before what was begun meanwhile', () => {
  const [first, second] = [attach([note], 0, MAX_BYTES).attachments, attach([note], 0, MAX_BYTES).attachments]
  const answers = { seq: 3 as Seq, author: 'Ana', words: 'Which day?' }
  const back = putBack({ text: 'Monday', files: first, answers })
  expect(back({ text: 'And', files: second })).toEqual({
    text: 'Monday\nAnd',
    files: [...first, ...second],
    answers,
  })
  expect(back({ text: '', files: second }).text).toBe('Monday')
  expect(putBack({ text: '', files: first })({ text: 'And', files: [] })).toEqual({
    text: 'And',
    files: first,
  })
})

test('what is refused comes back as it was where nothing was begun', () => {
  const draft = { text: 'Monday', files: [] }
  expect(putBack(draft)({ text: ' ', files: [] })).toEqual(draft)
})

test('a recording that was left joins what is written there, a field that came meanwhile sees it, and it goes as a voice message', async () => {
  const recorded = {
    sound: new Blob(['sound']),
    mediaType: 'audio/webm',
    ending: 'webm',
    durationMs: 4000,
    levels: [1],
  }
  changeDraft(place, (draft) => ({ ...draft, text: 'Here' }))
  let seen = readDraft(place)
  const stop = watchDrafts(() => (seen = readDraft(place)))
  keepInDraft(place, recorded)
  stop()
  expect(seen.text).toBe('Here')
  expect(await inOrder(seen.files)).toMatchObject([
    { mediaType: 'audio/webm', waveform: { durationMs: 4000, levels: [1] } },
  ])
})

test('what is ready only after somebody has signed out is known as such', () => {
  const signedIn = whileSignedIn()
  expect(signedIn()).toBe(true)
  forgetDrafts()
  expect(signedIn()).toBe(false)
  expect(whileSignedIn()()).toBe(true)
})
