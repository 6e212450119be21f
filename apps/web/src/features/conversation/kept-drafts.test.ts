import { describe, expect, test } from 'vitest'
import { afterAnswer, afterNews, afterTyping, NOTHING } from './kept-drafts.ts'

const hello = { text: 'hello' }

describe('words of this field that come back from the engine are not from elsewhere', () => {
  test('what was sent meanwhile does not come back into the empty field', () => {
    const sent = { text: '' }
    const typed = afterTyping(afterTyping(NOTHING, hello), sent)
    const answered = afterAnswer(typed, hello, true)
    const echo = afterNews(answered, '', 'hello')
    expect(echo.take).toBe(false)
    const done = afterAnswer(echo.known, sent, true)
    expect(afterNews(done, '', '').take).toBe(false)
    expect(done).toEqual({ seen: '' })
  })

  test('an echo that comes before the answer is none either', () => {
    const echo = afterNews(afterTyping(NOTHING, hello), 'hell', 'hello')
    expect(echo.take).toBe(false)
  })

  test('what is typed while the engine is told is not replaced', () => {
    const more = { text: 'hello you' }
    const typed = afterTyping(afterTyping(NOTHING, hello), more)
    const echo = afterNews(afterAnswer(typed, hello, true), 'hello you', 'hello')
    expect(echo.take).toBe(false)
  })
})

describe('what happens elsewhere comes into a field without changes of its own', () => {
  test('a draft that was told after its conversation was left is taken away once it is sent elsewhere', () => {
    const told = afterAnswer(afterTyping(NOTHING, hello), hello, true)
    expect(afterNews(told, 'hello', '')).toEqual({ known: { seen: '' }, take: true })
  })

  test('words come into an untouched field', () => {
    expect(afterNews(NOTHING, '', 'from the phone').take).toBe(true)
  })

  test('what the engine did not take is kept here', () => {
    const refused = afterAnswer(afterTyping(NOTHING, hello), hello, false)
    expect(refused).toEqual(NOTHING)
    expect(afterNews(refused, 'hello', '').take).toBe(false)
  })
})
