/** Questions that share a query: each gets its own answer, never one that is older than the question. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
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

describe('with a pace', () => {
  const pace = { everyMs: 8, ahead: 2, enough: 4, mayGrow: () => mayGrow, numberOf: () => 1 }
  let mayGrow: boolean
  let asked: (readonly number[])[]
  let together: AskedTogether<number, number>

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    asked = []
    mayGrow = true
    const answer = (questions: readonly number[]) => Promise.resolve((asked.push(questions), [...questions]))
    together = new AskedTogether(answer, { weightOf: () => 1, most: 100, pace })
  })

  afterEach(() => {
    vi.useRealTimers()
  })

  async function ask(...questions: readonly number[]): Promise<void> {
    for (const question of questions) void together.ask(question)
    for (let turn = 0; turn < 3; turn += 1) await nextTurn()
  }

  /** Each query is answered when it is told to be. */
  function later() {
    const answers: (() => void)[] = []
    const answer = (questions: readonly number[]) =>
      new Promise<readonly number[]>((resolve) => {
        asked.push(questions)
        answers.push(() => resolve(questions))
      })
    return { answers, answer }
  }

  async function pass(milliseconds: number): Promise<void> {
    await vi.advanceTimersByTimeAsync(milliseconds)
    await ask()
  }

  test('a query that comes after a quiet time does not wait, nor do as many as may go ahead', async () => {
    await ask(1)
    await ask(2)
    await ask(3)
    expect(asked).toEqual([[1], [2], [3]])
  })

  test('then what comes gathers until the next one is due', async () => {
    for (const question of [1, 2, 3, 4]) await ask(question)
    await pass(5)
    await ask(5)
    expect(asked).toEqual([[1], [2], [3]])
    await pass(3)
    expect(asked).toEqual([[1], [2], [3], [4, 5]])
  })

  test('enough of them do not wait, and what comes next waits no longer for it', async () => {
    for (const question of [1, 2, 3]) await ask(question)
    for (let round = 0; round < 10; round += 1) await ask(4, 5, 6, 7)
    expect(asked.slice(3)).toEqual(Array.from({ length: 10 }, () => [4, 5, 6, 7]))
    await ask(8)
    expect(asked).toHaveLength(13)
    await pass(8)
    expect(asked.at(-1)).toEqual([8])
  })

  test('where nothing is likely to come, nothing waits', async () => {
    for (const question of [1, 2, 3, 4]) await ask(question)
    expect(asked).toHaveLength(3)
    mayGrow = false
    await ask(5)
    expect(asked.slice(3)).toEqual([[4, 5]])
    for (const question of [6, 7, 8]) await ask(question)
    expect(asked.slice(4)).toEqual([[6], [7], [8]])
    mayGrow = true
    await ask(9)
    expect(asked).toHaveLength(7)
    await pass(8)
    expect(asked.at(-1)).toEqual([9])
  })

  test('one that waits and becomes enough goes then', async () => {
    const sizes = new Map<number, number>()
    const answer = (questions: readonly number[]) => Promise.resolve((asked.push(questions), [...questions]))
    const numberOf = (question: number) => sizes.get(question) ?? 1
    together = new AskedTogether(answer, { weightOf: () => 1, most: 100, pace: { ...pace, numberOf } })
    for (const question of [1, 2, 3, 4]) await ask(question)
    sizes.set(4, 3)
    together.grown()
    await ask()
    expect(asked).toHaveLength(3)
    sizes.set(4, 4)
    together.grown()
    await ask()
    expect(asked.at(-1)).toEqual([4])
  })

  test('where much waits and nothing is under way two go at once, each with half of it', async () => {
    const { answers, answer } = later()
    const numberOf = (question: number) => (question === 20 ? 9 : 1)
    const weighed: number[] = []
    const weightOf = (question: number) => (weighed.push(question), 1)
    together = new AskedTogether(answer, { weightOf, most: 100, pace: { ...pace, numberOf } })
    await ask(1, 2, 3, 4, 5, 6, 7)
    expect(asked).toEqual([[1, 2, 3, 4, 5, 6, 7]])
    await ask(8, 9, 10, 11, 12, 13, 14, 15)
    expect(asked.slice(1)).toEqual([[8, 9, 10, 11, 12, 13, 14, 15]])
    await ask(16, 17, 18, 19, 21, 22, 23, 24, 25)
    for (const each of answers) each()
    weighed.length = 0
    await ask()
    expect(asked.slice(2)).toEqual([
      [16, 17, 18, 19, 21],
      [22, 23, 24, 25],
    ])
    // What is left for the other may become more until then.
    expect(weighed).toEqual([16, 17, 18, 19, 21, 22, 23, 24, 25])
    for (const each of answers) each()
    await ask(20, 1, 2, 3)
    expect(asked.slice(4)).toEqual([[20, 1, 2, 3]])
  })

  test('what one query cannot hold follows at the pace', async () => {
    const answer = (questions: readonly number[]) => Promise.resolve((asked.push(questions), [...questions]))
    together = new AskedTogether(answer, { weightOf: () => 1, most: 4, pace })
    for (const question of [1, 2, 3]) await ask(question)
    await ask(4, 5, 6, 7, 8)
    expect(asked.slice(3)).toEqual([[4, 5, 6, 7]])
    await pass(8)
    expect(asked.slice(3)).toEqual([[4, 5, 6, 7], [8]])
  })

  test('what became due while two were under way goes once one of them has answered', async () => {
    const { answers, answer } = later()
    together = new AskedTogether(answer, { weightOf: () => 1, most: 100, pace })
    for (const question of [1, 2, 3]) await ask(question)
    await pass(100)
    expect(asked).toEqual([[1], [2]])
    answers[0]!()
    await ask()
    expect(asked).toEqual([[1], [2], [3]])
  })

  test('at a rate below the pace nothing waits', async () => {
    for (let question = 0; question < 50; question += 1) {
      await ask(question)
      expect(asked.at(-1)).toEqual([question])
      await pass(10)
    }
  })
})
