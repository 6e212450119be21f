/** Questions that share a query: each gets its own answer, never one that is older than the question. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { AskedTogether } from './asked-together.ts'

/** Answers when it is told to. */
function slowly() {
  const asked: { questions: readonly number[]; answer: () => void; fail: () => void }[] = []
  const together = new AskedTogether(
    (questions: readonly number[]) =>
      new Promise<number[]>((resolve, reject) => {
        const answer = () => resolve(questions.map((question) => question * 10))
        asked.push({ questions, answer, fail: () => reject(new Error('away')) })
      }),
  )
  return { asked, together }
}

test('what is asked in one turn shares a query, and each gets its own answer', async () => {
  const { asked, together } = slowly()
  const answers = Promise.all([1, 2, 3].map((question) => together.ask(question)))
  await nextTurn()
  asked[0]!.answer()
  expect(await answers).toEqual([10, 20, 30])
  expect(asked.map(({ questions }) => questions)).toEqual([[1, 2, 3]])
})

test('what is asked while a query is under way is answered by a later one', async () => {
  const { asked, together } = slowly()
  const first = together.ask(1)
  await nextTurn()
  const second = together.ask(1)
  await nextTurn()
  const [third, fourth] = [together.ask(3), together.ask(4)]
  await nextTurn()
  expect(asked.map(({ questions }) => questions)).toEqual([[1], [1]])
  asked[0]!.answer()
  await nextTurn()
  await nextTurn()
  expect(asked.map(({ questions }) => questions)).toEqual([[1], [1], [3, 4]])
  for (const { answer } of asked.slice(1)) answer()
  expect(await Promise.all([first, second, third, fourth])).toEqual([10, 10, 30, 40])
})

test('a query that fails fails those who asked, and nobody after them', async () => {
  const { asked, together } = slowly()
  const lost = together.ask(1)
  await nextTurn()
  asked[0]!.fail()
  await expect(lost).rejects.toThrow('away')
  const later = together.ask(2)
  await nextTurn()
  asked[1]!.answer()
  expect(await later).toBe(20)
})

test('a query holds no more than it may weigh, and always one question', async () => {
  const asked: (readonly number[])[] = []
  const answer = (questions: readonly number[]) => Promise.resolve((asked.push(questions), [...questions]))
  const together = new AskedTogether(answer, { weightOf: (question) => question, most: 10 })
  const questions = [50, 4, 6, 1, 3]
  expect(await Promise.all(questions.map((question) => together.ask(question)))).toEqual(questions)
  expect(asked).toEqual([[50], [4, 6], [1, 3]])
})
