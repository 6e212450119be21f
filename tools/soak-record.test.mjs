import { expect, test } from 'vitest'
import { recordSoak } from './soak-record.mjs'

const on = '2026-01-02, version 1, 2 cores, Node 20'
const EMPTY = '# Soak\n\nWords.\n\n'

test('each soak has one line, its last result', () => {
  const first = recordSoak(EMPTY, { name: 'mls', on, result: '5 s: passed' })
  expect(first).toBe(`# Soak\n\nWords.\n\n- **mls** (${on}): 5 s: passed\n`)
  const both = recordSoak(first, { name: 'fuzz', on, result: '6 s: passed' })
  const again = recordSoak(both, { name: 'mls', on, result: 'FAILED after 7 s' })
  expect(again).toBe(
    `# Soak\n\nWords.\n\n- **mls** (${on}): FAILED after 7 s\n- **fuzz** (${on}): 6 s: passed\n`,
  )
})

test('a soak whose name begins like another has a line of its own', () => {
  const first = recordSoak(EMPTY, { name: 'mls-long', on, result: '5 s' })
  expect(recordSoak(first, { name: 'mls', on, result: '6 s' }).match(/^- /gm)).toHaveLength(2)
})
