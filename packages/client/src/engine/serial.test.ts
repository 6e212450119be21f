import { describe, expect, it } from 'vitest'
import { Serial } from './serial.ts'

describe('Serial', () => {
  it('runs work with the same key one after the other, in order, also after a failure', async () => {
    const serial = new Serial()
    const seen: string[] = []
    const slow = serial.run('a', async () => {
      await new Promise((resolve) => setTimeout(resolve, 20))
      seen.push('first')
      throw new Error('failed')
    })
    const next = serial.run('a', async () => void seen.push('second'))
    await expect(slow).rejects.toThrow('failed')
    await next
    expect(seen).toEqual(['first', 'second'])
  })

  it('lets different keys run at the same time', async () => {
    const serial = new Serial()
    const seen: string[] = []
    const slow = serial.run('a', async () => {
      await new Promise((resolve) => setTimeout(resolve, 20))
      seen.push('a')
    })
    await serial.run('b', async () => void seen.push('b'))
    await slow
    expect(seen).toEqual(['b', 'a'])
  })

  it('is idle once everything has ended', async () => {
    const serial = new Serial()
    let ended = false
    void serial.run('a', async () => {
      await new Promise((resolve) => setTimeout(resolve, 10))
      ended = true
    })
    await serial.idle()
    expect(ended).toBe(true)
  })
})
