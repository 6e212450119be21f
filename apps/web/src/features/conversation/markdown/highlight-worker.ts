/**
 * The worker that highlights code, started with the first block of it. Apart from the page, since a pattern of a language may take
 * for ever over what somebody wrote on purpose: then the page ends this worker, and goes on.
 */
import { createCssVariablesTheme, createHighlighterCore, type ThemedToken } from '@shikijs/core'
import { createJavaScriptRegexEngine } from '@shikijs/engine-javascript'
import { LOOKS, type HighlightAnswer, type HighlightRequest, type Look, type Run } from './highlighted.ts'
import { languageOf } from './languages.ts'

const THEME = 'looks'
const PREFIX = '--'
/** A longer line is minified, and read by nobody. */
const LINE_MAX_CHARACTERS = 1000

const highlighter = createHighlighterCore({
  themes: [createCssVariablesTheme({ name: THEME, variablePrefix: PREFIX, fontStyle: false })],
  langs: [],
  // A language with a pattern that no browser has is highlighted without it.
  engine: createJavaScriptRegexEngine({ forgiving: true }),
})

type Answer = Omit<HighlightAnswer, 'id'>

async function highlight(code: string, asked: string): Promise<Answer> {
  const language = languageOf(asked)
  if (!language) return {}
  const core = await highlighter
  try {
    if (!core.getLoadedLanguages().includes(language.name)) await core.loadLanguage(language.fetch)
  } catch {
    return { isLacking: true }
  }
  const { tokens } = core.codeToTokens(code, {
    lang: language.name,
    theme: THEME,
    tokenizeMaxLineLength: LINE_MAX_CHARACTERS,
    // By default a line that took half a second, as the first one may on a busy machine, has the colour of its first word.
    tokenizeTimeLimit: 0,
  })
  return { runs: runsOf(tokens) }
}

function runsOf(lines: readonly ThemedToken[][]): Run[] {
  const runs: Run[] = []
  const add = (text: string, look: Look) => {
    const last = runs.at(-1)
    if (last?.look === look) last.text += text
    else runs.push({ text, look })
  }
  lines.forEach((line, index) => {
    if (index > 0) add('\n', runs.at(-1)?.look ?? '')
    for (const { content, color } of line) add(content, lookOf(color))
  })
  return runs
}

/** Colours are named `var(--token-keyword)`: only the name goes to the page, and only one of ours. */
function lookOf(colour = ''): Look {
  const name = /^var\(--token-([a-z-]+)\)$/.exec(colour)?.[1]
  return LOOKS.find((look) => look === name) ?? ''
}

addEventListener('message', ({ data }: MessageEvent<HighlightRequest>) => {
  const answer = (found: Answer) => postMessage({ id: data.id, ...found } satisfies HighlightAnswer)
  highlight(data.code, data.language).then(answer, () => answer({}))
})
