/**
 * What is not mutated. The words of an error: the second argument of `new CryptoError(code, words)` and `new MlsRefused(code, words)`,
 * the only one of `new Error(words)`; programs go by the code, which is mutated, and the words are for people who read logs.
 * And, for a part of constants only, all code in functions.
 */
const WORDS_AT = { CryptoError: 1, MlsRefused: 1, Error: 0 }

function isWords({ parentPath, node }) {
  if (!parentPath?.isNewExpression()) return false
  const { callee, arguments: given } = parentPath.node
  const at = callee.type === 'Identifier' ? WORDS_AT[callee.name] : undefined
  return at !== undefined && given[at] === node
}

const errorWords = {
  shouldIgnore: (path) =>
    (path.isStringLiteral() || path.isTemplateLiteral()) && isWords(path)
      ? 'the words of an error'
      : undefined,
}

const functions = {
  shouldIgnore: (path) => (path.isFunction() ? 'not a constant: the part crypto has it' : undefined),
}

export const strykerPlugins = [
  { kind: 'Ignore', name: 'error-words', value: errorWords },
  { kind: 'Ignore', name: 'functions', value: functions },
]
