/** Under one's newest message: who has read it. The line keeps its place while nobody has. */
import type { ReadersView } from '@reforms/client'
import { Popover } from 'radix-ui'
import { text } from '../../text/index.ts'
import './status.css'

/** So many are named in the line; of more the number is, and behind it the names. */
const NAMED_MAX = 3

/** Who has read a message; undefined where nobody is told. */
export interface ReadBy {
  names: string[]
  others: number
}

export function readBy(view: ReadersView | undefined, seq: number): ReadBy | undefined {
  if (!view || view.others < 1) return undefined
  return {
    names: view.readers.filter((reader) => reader.seq >= seq).map(({ name }) => name),
    others: view.others,
  }
}

export function ReadByLine({ read: { names, others } }: { read: ReadBy }) {
  return (
    <div className="read-by muted small">
      {names.length > NAMED_MAX ? (
        <Popover.Root>
          <Popover.Trigger asChild>
            <button type="button" className="read-by-open" title={names.join(', ')}>
              {names.length === others ? text.status.readByAll : text.status.readByCount(names.length)}
            </button>
          </Popover.Trigger>
          <Popover.Portal>
            <Popover.Content
              className="read-by-list"
              align="end"
              sideOffset={4}
              collisionPadding={8}
              aria-label={text.status.readByCount(names.length)}
            >
              <ul>
                {names.map((name, index) => (
                  <li key={index}>
                    <bdi>{name}</bdi>
                  </li>
                ))}
              </ul>
            </Popover.Content>
          </Popover.Portal>
        </Popover.Root>
      ) : (
        names.length > 0 && (
          <span className="truncate">
            {others === 1 ? text.status.read : text.status.readBy(names.join(', '))}
          </span>
        )
      )}
    </div>
  )
}
