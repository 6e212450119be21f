/** Lint rules. Layers and cycles are .dependency-cruiser.cjs, unused code is knip.json, form is Prettier. */
import js from '@eslint/js'
import reactHooks from 'eslint-plugin-react-hooks'
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

const FORMS = [
  { selector: 'TSEnumDeclaration', message: 'Use a union of literals instead of an enum.' },
  { selector: 'TSParameterProperty', message: 'Declare the field and assign it in the constructor.' },
  { selector: 'ExportAllDeclaration:not([exported])', message: 'Name what is exported.' },
]

/** Every word that a person reads is in the catalogue, so that there can be another language. */
const CATALOGUE = 'Words that a person reads belong into the catalogue, apps/web/src/text.'
const READ_ATTRIBUTE =
  'JSXAttribute[name.name=/^(aria-label|aria-description|aria-roledescription|aria-valuetext|alt|title|placeholder|label|name|lead|hint|text|verb)$/]'
const LETTER = '/\\p{L}/u'
const SENTENCE = '/^\\p{Lu}.*\\s.*[.?!…]$/su'
const WORDS_OUTSIDE_THE_CATALOGUE = [
  `JSXText[value=${LETTER}]`,
  `:matches(JSXElement, JSXFragment) > JSXExpressionContainer > Literal[value=${LETTER}]`,
  `:matches(JSXElement, JSXFragment) > JSXExpressionContainer > TemplateLiteral > TemplateElement[value.raw=${LETTER}]`,
  `${READ_ATTRIBUTE} > Literal[value=${LETTER}]`,
  `${READ_ATTRIBUTE} > JSXExpressionContainer > Literal[value=${LETTER}]`,
  `${READ_ATTRIBUTE} > JSXExpressionContainer > TemplateLiteral > TemplateElement[value.raw=${LETTER}]`,
  `:not(CallExpression[callee.object.name='console'], NewExpression[callee.name='Error'], NewExpression[callee.name='TypeError']) > Literal[value=${SENTENCE}]`,
].map((selector) => ({ selector, message: CATALOGUE }))

/** The form of a program: STYLE of this house, made checkable. */
const shape = {
  'max-lines': ['error', { max: 500, skipBlankLines: true, skipComments: true }],
  'max-lines-per-function': ['error', { max: 80, skipBlankLines: true, skipComments: true, IIFEs: true }],
  'max-depth': ['error', 4],
  'max-params': ['error', 5],
  complexity: ['error', 20],
  eqeqeq: 'error',
  // What must not appear in text is named so.
  'no-control-regex': 'off',
  'no-console': 'error',
  'no-eval': 'error',
  'no-implied-eval': 'error',
  'no-new-func': 'error',
  'no-restricted-syntax': ['error', ...FORMS],
}

const typed = {
  '@typescript-eslint/await-thenable': 'error',
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
  '@typescript-eslint/no-non-null-assertion': 'off',
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
  '@typescript-eslint/switch-exhaustiveness-check': [
    'error',
    { considerDefaultExhaustiveForUnions: true, allowDefaultCaseForExhaustiveSwitch: true },
  ],
  '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description' }],
}

export default defineConfig(
  globalIgnores([
    '**/dist/',
    '**/dist-types/',
    'data/',
    'data-demo/',
    'test-results/',
    'packages/crypto/vectors/',
  ]),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  { rules: shape },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.base],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    // The compiler knows names and unused locals better.
    rules: {
      'no-undef': 'off',
      'no-unused-vars': 'off',
      'no-redeclare': 'off',
      'no-dupe-class-members': 'off',
      ...typed,
    },
  },
  {
    files: ['**/*.config.ts', 'apps/web/preview/**'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { parserOptions: { projectService: false } },
    rules: { '@typescript-eslint/consistent-type-imports': 'off' },
  },
  {
    files: ['apps/web/**/*.tsx', 'apps/web/**/*.ts'],
    plugins: { 'react-hooks': reactHooks },
    rules: { 'react-hooks/rules-of-hooks': 'error', 'react-hooks/exhaustive-deps': 'error' },
  },
  {
    files: ['apps/web/src/**/*.tsx', 'apps/web/src/**/*.ts'],
    ignores: ['apps/web/src/text/**', '**/*.test.ts', '**/*.test.tsx'],
    rules: { 'no-restricted-syntax': ['error', ...FORMS, ...WORDS_OUTSIDE_THE_CATALOGUE] },
  },
  {
    // One `describe` holds a suite; a component's markup is long by nature.
    files: ['**/*.test.ts', '**/*.test.tsx', '**/*.tsx', 'e2e/**', 'packages/testkit/**'],
    rules: { 'max-lines-per-function': ['error', { max: 300, skipBlankLines: true, skipComments: true }] },
  },
  {
    files: ['**/*.tsx'],
    rules: { 'max-lines-per-function': ['error', { max: 120, skipBlankLines: true, skipComments: true }] },
  },
  {
    files: ['**/*.mjs', '**/*.cjs', '*.js'],
    languageOptions: {
      globals: {
        AbortSignal: 'readonly',
        Buffer: 'readonly',
        URL: 'readonly',
        clearInterval: 'readonly',
        clearTimeout: 'readonly',
        console: 'readonly',
        fetch: 'readonly',
        module: 'writable',
        process: 'readonly',
        setInterval: 'readonly',
        setTimeout: 'readonly',
      },
    },
    rules: { 'no-console': 'off' },
  },
  {
    // In browsers the console is the log.
    files: ['apps/web/src/engine/**', 'apps/web/src/platform/**', 'e2e/platform/**'],
    rules: { 'no-console': ['error', { allow: ['info', 'warn', 'error'] }] },
  },
  {
    // Programs that speak to a terminal.
    files: ['apps/server/src/commands/**', 'apps/server/src/main.ts', 'apps/terminal/**'],
    rules: { 'no-console': 'off' },
  },
)
