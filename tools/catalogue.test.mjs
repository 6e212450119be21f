import { ESLint } from 'eslint'
import { expect, test } from 'vitest'

const FILE = 'apps/web/src/ui/Empty.tsx'
/** Only the rule that is looked at: types are the compiler's. */
const eslint = new ESLint({
  ruleFilter: ({ ruleId }) => ruleId === 'no-restricted-syntax',
  overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
})

async function complaints(code) {
  const [{ messages }] = await eslint.lintText(code, { filePath: FILE })
  expect(messages.filter(({ fatal }) => fatal)).toEqual([])
  return messages.length
}

test.each([
  'export const a = <p>Nothing here</p>',
  'export const a = <p>{"Nothing here"}</p>',
  'export const a = <p>{`Nothing ${1}`}</p>',
  'export const a = <>Ничего</>',
  'export const a = <p aria-label="Nothing" />',
  'export const a = <input placeholder={"Nothing"} />',
  'export const a = <img alt={`Picture of ${1}`} />',
  'export const a = () => tell("This could not be done.")',
  'export const a = { message: "Something went wrong here. Try again." }',
])('a word outside the catalogue is refused: %s', async (code) => {
  expect(await complaints(code)).toBe(1)
})

test.each([
  'export const a = <p className="empty-words">{text.ui.loading}</p>',
  'export const a = <p>{count} · {"—"}</p>',
  'export const a = <input type="password" autoComplete="username" aria-label={words} />',
  'export const a = () => { throw new Error("a view stands outside of its provider.") }',
  'console.info("This page will not open without a connection.", 1)',
])('what nobody reads is not: %s', async (code) => {
  expect(await complaints(code)).toBe(0)
})
