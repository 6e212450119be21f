/**
 * The layers, as ARCHITECTURE.md draws them: imports point one way. Each rule's comment says what to do instead.
 * `npm run layers` checks them; tools/layers.test.mjs proves that each rule refuses what it should.
 */

/** What a folder may import of ours; whatever is not named here is refused. */
function layer(name, from, allowed, comment) {
  return {
    name,
    severity: 'error',
    comment,
    from: { path: from },
    to: { path: '^(packages|apps|e2e|bench|interop)/', pathNot: [from, ...allowed] },
  }
}

/** Tests, and what only tests may import: its name says so. */
const TEST = '(\\.test|/testing[a-z-]*)\\.tsx?$'
const BUILTIN = ['core']

/** What features offer each other besides their index.ts. The web client's frame, which puts all views together, may use any. */
const OFFERED_BY = {
  server: {
    blob: ['erasure'],
    channel: [
      'announcement',
      'group-state',
      'locked-channel',
      'removal',
      'roster',
      'standing',
      'turn',
      'waiting',
    ],
    directory: ['claimed-name', 'device', 'documents', 'identity', 'key-package', 'user'],
    log: ['append'],
    mailbox: ['mailbox'],
    policy: ['session-end'],
    vault: ['emptying'],
  },
  web: {
    channels: [
      'ChannelDialog',
      'ChannelGlyph',
      'ChannelPane',
      'ConversationPicture',
      'PeoplePicker',
      'readable',
      'rights',
    ],
    conversation: [
      'attachments',
      'emoji',
      'EmojiPicker',
      'markdown/leading',
      'markdown/parser',
      'message-length',
      'useCompletion',
    ],
    emoji: ['EmojiFoot', 'EmojiList', 'OurEmoji', 'ours', 'useAddEmoji', 'useEmojiCompletion'],
    entry: ['EntryLayout', 'PasswordWithStrength', 'PhraseInput', 'phrase-words', 'strength'],
    export: ['ExportDialog'],
    frame: ['open-search', 'sheets', 'shortcuts'],
    people: ['GuestMark', 'PersonDialog', 'find-people'],
    personal: ['PlacedList', 'PlacedMessage', 'RemindDialog', 'WhenDialog', 'times', 'useSaving'],
    status: ['QuietHint', 'QuietSettings', 'ReadBy', 'ReceiptSettings', 'StatusMark'],
  },
}
const OFFERED = `^apps/(${Object.entries(OFFERED_BY)
  .flatMap(([app, features]) =>
    Object.entries(features).map(([feature, names]) => `${app}/src/features/${feature}/(${names.join('|')})`),
  )
  .join('|')})\\.tsx?$`

module.exports = {
  forbidden: [
    {
      name: 'no-cycle',
      severity: 'error',
      comment:
        'These modules import each other in a circle. Move what both need into a module of its own, or hand it in as a parameter.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      severity: 'error',
      comment:
        'This import leads nowhere. Mend the path, or add the package to this workspace’s package.json.',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'declared-dependency',
      severity: 'error',
      comment: 'Declare this package in the package.json of the workspace that imports it.',
      from: { path: '^(packages|apps|e2e)/', pathNot: [TEST, '\\.config\\.ts$'] },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    layer(
      'protocol-imports-nothing-of-ours',
      '^packages/protocol/',
      [],
      'packages/protocol is the bottom layer. Move the code up to who needs it, or the definition down into protocol.',
    ),
    layer(
      'crypto-imports-protocol-only',
      '^packages/crypto/',
      ['^packages/protocol/'],
      'packages/crypto takes bytes and gives bytes. Hand in what it needs as a parameter.',
    ),
    layer(
      'client-imports-crypto-and-protocol-only',
      '^packages/client/',
      ['^packages/(protocol|crypto)/'],
      'packages/client is the headless SDK. Put what belongs to one program into that program behind a port of src/ports.ts.',
    ),
    layer(
      'testkit-imports-libraries-only',
      '^packages/testkit/',
      ['^packages/'],
      'packages/testkit starts programs as child processes; it does not import them.',
    ),
    layer(
      'server-imports-protocol-and-public-crypto-only',
      '^apps/server/',
      ['^packages/protocol/', '^packages/crypto/src/'],
      'The server needs the protocol and @reforms/crypto/public only. What clients share belongs into packages/client.',
    ),
    {
      name: 'server-cannot-decrypt',
      severity: 'error',
      comment:
        'The server never holds a key: import @reforms/crypto/public instead. If a check of public data is missing there, export it there.',
      from: { path: '^apps/server/', pathNot: TEST },
      to: { path: '^packages/crypto/', pathNot: '^packages/crypto/src/public\\.ts$' },
    },
    layer(
      'web-imports-client-and-protocol-only',
      '^apps/web/',
      ['^packages/(client|protocol)/'],
      'The web client speaks to the engine of packages/client. Ask it for a query or an intent instead.',
    ),
    layer(
      'terminal-imports-client-and-protocol-only',
      '^apps/terminal/',
      ['^packages/(client|protocol)/'],
      'The terminal is the SDK in a terminal. Ask packages/client for a query or an intent instead.',
    ),
    layer(
      'bots-import-client-only',
      '^apps/bots/',
      ['^packages/(client|protocol)/'],
      'A bot is a member like any other: it uses packages/client only.',
    ),
    layer(
      'e2e-drives-what-ships',
      '^e2e/',
      ['^packages/(client|testkit|protocol)/'],
      'Stories drive built programs from outside. Start them through packages/testkit, never import them.',
    ),
    layer(
      'interop-imports-crypto-only',
      '^interop/',
      ['^packages/crypto/'],
      'interop/ puts our MLS and another program’s into one group; what needs a server belongs into packages/testkit.',
    ),
    {
      name: 'suite-for-interop-only',
      severity: 'error',
      comment:
        '@reforms/crypto/suite is below our own rules for groups, for interop/ alone. Use the groups of @reforms/crypto.',
      from: { pathNot: '^(packages/crypto|interop)/' },
      to: { path: '^packages/crypto/src/mls/suite\\.ts$' },
    },
    {
      name: 'programs-are-not-imported',
      severity: 'error',
      comment: 'apps/* are programs. Move what is shared into a package.',
      from: { path: '^(packages|e2e|bench|interop)/' },
      to: { path: '^apps/' },
    },
    {
      name: 'testkit-in-tests-only',
      severity: 'error',
      comment: 'packages/testkit is for tests. Nothing that ships may import it.',
      from: { path: '^(packages|apps)/', pathNot: ['^packages/testkit/', TEST] },
      to: { path: '^packages/testkit/' },
    },
    {
      name: 'sans-io',
      severity: 'error',
      comment:
        'protocol and crypto run anywhere: no node: modules. Take randomness, time and bytes as parameters, or use WebCrypto.',
      from: { path: '^packages/(protocol|crypto)/src/', pathNot: TEST },
      to: { dependencyTypes: BUILTIN },
    },
    {
      name: 'engine-knows-ports-only',
      severity: 'error',
      comment:
        'The engine knows src/ports.ts only. Write an adapter in src/node or in the program, and hand it in through Ports.',
      from: { path: '^packages/client/src/', pathNot: ['^packages/client/src/(node|adapters)/', TEST] },
      to: { path: '^packages/client/src/(node|adapters)/' },
    },
    {
      name: 'engine-runs-anywhere',
      severity: 'error',
      comment:
        'The engine runs in browsers too: no node: modules, ws or SQLite here. Put it into an adapter (src/node).',
      from: { path: '^packages/client/src/', pathNot: ['^packages/client/src/node/', TEST] },
      to: { path: '(^|/)node_modules/(ws|node-sqlite3-wasm)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'engine-without-node-builtins',
      severity: 'error',
      comment: 'The engine runs in browsers too: no node: modules here. Put it into an adapter (src/node).',
      from: { path: '^packages/client/src/', pathNot: ['^packages/client/src/node/', TEST] },
      to: { dependencyTypes: BUILTIN },
    },
    {
      name: 'features-keep-their-insides',
      severity: 'error',
      comment:
        'A feature does not import another feature’s inside. Call what it offers: its index.ts, or a module that is named in OFFERED (.dependency-cruiser.cjs). If something is missing there, offer the smallest function that does it.',
      from: {
        path: '^apps/(server|web)/src/features/([^/]+)/',
        pathNot: ['^apps/web/src/features/frame/', TEST],
      },
      to: {
        path: '^apps/$1/src/features/[^/]+/',
        pathNot: ['^apps/$1/src/features/$2/', '^apps/$1/src/features/[^/]+/index\\.tsx?$', OFFERED],
      },
    },
    {
      name: 'ports-know-no-adapter',
      severity: 'error',
      comment: 'A port is an interface. Let main.ts choose the adapter and hand it in.',
      from: { path: '^apps/server/src/(ports|features)/', pathNot: TEST },
      to: { path: '^apps/server/src/(adapters|gateway|commands)/' },
    },
    {
      name: 'no-test-in-what-ships',
      severity: 'error',
      comment:
        'Tests, and modules named testing…, are for tests only. Move what both need into a module of its own.',
      from: { path: '^(packages|apps)/', pathNot: [TEST, '^packages/testkit/'] },
      to: { path: TEST },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|dist-types)/' },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    preserveSymlinks: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
    },
    tsConfig: { fileName: 'tsconfig.base.json' },
  },
}
