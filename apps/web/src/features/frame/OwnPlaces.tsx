/** What is the user's own, above their conversations: what calls on them, threads with what is new in them, and what they saved. */
import { AlarmClock, Bookmark, CalendarClock, Inbox, MessagesSquare, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { hashOf, type OwnPlace } from '../../route/route.ts'
import { useRoute } from '../../route/useRoute.ts'
import { text } from '../../text/index.ts'
import { useChannels, useQuery } from '../../watch/engine.tsx'

export function OwnPlaces() {
  const threads = useChannels().reduce((sum, item) => sum + (item.threads?.length ?? 0), 0)
  const inbox = useQuery('inboxCount', {}) ?? 0
  const waiting = useQuery('scheduled', {}) ?? []
  const [scheduled, stuck] = [waiting.length, waiting.filter((item) => item.problem !== undefined).length]
  const due = useQuery('reminders', {})?.filter((item) => item.due).length ?? 0
  return (
    <section className="list-section" aria-label={text.personal.places}>
      <ul>
        <Place place="inbox" name={text.inbox.title} Icon={Inbox}>
          {inbox > 0 && <Count look="badge" count={inbox} means={text.inbox.newCount(inbox)} />}
        </Place>
        <Place place="threads" name={text.personal.threads} Icon={MessagesSquare}>
          {threads > 0 && <Count look="count tabular" count={threads} means={text.frame.threads(threads)} />}
        </Place>
        <Place place="saved" name={text.personal.saved} Icon={Bookmark} />
        <Place place="reminders" name={text.personal.reminders} Icon={AlarmClock}>
          {due > 0 && <Count look="badge" count={due} means={text.personal.dueCount(due)} />}
        </Place>
        {scheduled > 0 && (
          <Place place="scheduled" name={text.later.title} Icon={CalendarClock}>
            {stuck > 0 ? (
              <Count look="badge" count={stuck} means={text.later.stuck(stuck)} />
            ) : (
              <Count look="count tabular" count={scheduled} means={text.later.count(scheduled)} />
            )}
          </Place>
        )}
      </ul>
    </section>
  )
}

/** `means` is for who does not see it. */
function Count({ look, count, means }: { look: string; count: number; means: string }) {
  return (
    <span className={look}>
      {count}
      <span className="hidden-visually"> {means}</span>
    </span>
  )
}

interface PlaceProps {
  place: OwnPlace
  name: string
  Icon: LucideIcon
  children?: ReactNode
}

function Place({ place, name, Icon, children }: PlaceProps) {
  const current = useRoute().place === place
  return (
    <li>
      <a className="item" href={hashOf({ place })} aria-current={current ? 'page' : undefined}>
        <span className="channel-glyph">
          <Icon size={16} aria-hidden="true" />
        </span>
        <span className="grow">{name}</span>
        {children}
      </a>
    </li>
  )
}
