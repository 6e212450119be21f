/** A page of several parts: their names at the left, one of them open; on a narrow screen one after the other. */
import type { LucideIcon } from 'lucide-react'
import { ArrowLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import { hashOf, type Route } from '../route/route.ts'
import { go } from '../route/useRoute.ts'
import { text } from '../text/index.ts'
import { IconButton } from './IconButton.tsx'
import './page.css'
import './parts.css'

interface PartsPageProps<P extends string> {
  title: string
  place: 'settings' | 'admin'
  part: P | undefined
  parts: { part: P; name: string; Icon: LucideIcon }[]
  children: ReactNode
}

export function PartsPage<P extends string>({ title, place, part, parts, children }: PartsPageProps<P>) {
  const shown = part ?? parts[0]?.part
  const name = parts.find((each) => each.part === shown)?.name ?? title
  return (
    <main className={part ? 'parts parts-open' : 'parts'} aria-label={title}>
      <nav className="parts-list" aria-label={title}>
        <h1 className="parts-title">{title}</h1>
        <ul>
          {parts.map(({ part: each, name: words, Icon }) => (
            <li key={each}>
              <a
                className="item"
                href={hashOf({ place, part: each } as Route)}
                aria-current={each === shown ? 'page' : undefined}
              >
                <Icon size={20} aria-hidden="true" />
                {words}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div className="parts-body" tabIndex={-1} data-focus-home>
        <div className="page-column">
          <header className="page-header">
            <IconButton
              className="back"
              name={text.ui.back}
              icon={<ArrowLeft size={20} className="icon-flips" />}
              onClick={() => go({ place })}
            />
            <h1 className="page-title">{name}</h1>
          </header>
          {children}
        </div>
      </div>
    </main>
  )
}
