/** Whether the web client's colours can be read: apps/web/src/ui/tokens.css. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const css = readFileSync(new URL('../apps/web/src/ui/tokens.css', import.meta.url), 'utf8')

const GROUNDS = ['ground', 'surface', 'raised', 'sunken']
const INKS = ['text', 'muted', 'accent', 'positive', 'caution', 'negative']
const PAIRS = [
  ...GROUNDS.flatMap((ground) => INKS.map((ink) => [ink, ground])),
  ...['keyword', 'string', 'constant', 'function'].map((ink) => [`code-${ink}`, 'sunken']),
  ['on-accent', 'accent'],
  ['on-accent', 'accent-strong'],
  ['accent', 'accent-soft'],
  ['text', 'accent-soft'],
  ['text', 'caution-soft'],
  ['caution', 'caution-soft'],
  ['text', 'negative-soft'],
  ['negative', 'negative-soft'],
]
/** Initials on a colour. Their person's name stands beside them. */
const TINTS = Array.from({ length: 8 }, (_, tint) => [`tint-${tint}-ink`, `tint-${tint}`])

/** The colours that a rule sets, by their names. */
function coloursOf(selector) {
  const start = css.indexOf(`${selector} {`)
  const rule = css.slice(start, css.indexOf('\n}', start))
  const found = rule.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)
  return new Map([...found].map(([, name, light, dark]) => [name, { light, dark }]))
}

function luminance(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** As WCAG 2.2 defines it. */
function contrastOf(one, other) {
  const [a, b] = [luminance(one), luminance(other)]
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}

function tooFaint(colours, pairs, least) {
  return pairs.flatMap(([ink, ground]) =>
    ['light', 'dark'].flatMap((scheme) => {
      const [one, other] = [colours.get(ink)?.[scheme], colours.get(ground)?.[scheme]]
      if (!one || !other) return [`${ink} or ${ground} is missing`]
      const contrast = contrastOf(one, other)
      return contrast < least ? [`${ink} on ${ground}, ${scheme}: ${contrast.toFixed(2)}`] : []
    }),
  )
}

const standard = coloursOf(':root')
const high = new Map([...standard, ...coloursOf(":root[data-contrast='high']")])

test('contrast is measured as WCAG defines it', () => {
  expect(contrastOf('#000000', '#ffffff')).toBeCloseTo(21)
  expect(contrastOf('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
  expect(tooFaint(new Map([['a', { light: '#777777', dark: '#ffffff' }]]), [['a', 'a']], 4.5)).toHaveLength(2)
})

test('text is at least 4.5:1 in light and dark', () => {
  expect(tooFaint(standard, [...PAIRS, ...TINTS], 4.5)).toEqual([])
})

test('text is at least 7:1 in high contrast, and lines that bound something 3:1', () => {
  expect(tooFaint(high, PAIRS, 7)).toEqual([])
  expect(
    tooFaint(
      high,
      GROUNDS.map((ground) => ['line', ground]),
      3,
    ),
  ).toEqual([])
})
