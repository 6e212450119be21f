import { expect, it } from 'vitest'
import { nameFrom } from './emoji-picture.ts'

it('EMO-1: a short name is made of the name of the file', () => {
  expect(nameFrom('Thank you, Ward!.png')).toBe('thank_you_ward')
  expect(nameFrom('2024-Überblick v2.final.gif')).toBe('u_berblick_v2_final')
  expect(nameFrom('東京.png')).toBe('')
  expect(nameFrom(`${'x'.repeat(40)}.webp`)).toBe('x'.repeat(32))
})
