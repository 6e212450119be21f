/**
 * Leaves out the words of an error: the second argument of `new CryptoError(code, words)` and `new MlsRefused(code, words)`,
 * and the only one of `new Error(words)`. Programs go by the code, which is mutated; the words are for people who read logs.
 */
import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin'

const WORDS_AT = { CryptoError: 1, MlsRefused: 1, Error: 0, RangeError: 0, TypeError: 0 }

function isMessage({ parent, node }) {
  if (!parent?.isNewExpression() || !parent.get('callee').isIdentifier()) return false
  const at = WORDS_AT[parent.node.callee.name]
  return at !== undefined && parent.node.arguments[at] === node
}

const ignorer = {
  shouldIgnore: (path) =>
    (path.isStringLiteral() || path.isTemplateLiteral()) &&
    isMessage(path.node === undefined ? path : { parent: path.parentPath, node: path.node })
      ? 'the words of an error'
      : undefined,
}

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'message-text', ignorer)]
