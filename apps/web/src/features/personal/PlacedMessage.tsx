/** A message in a list of messages of many channels: who, where, when and a line of it. It leads to where it stands. */
import type { PlacedMessage } from '@reforms/client'
import type { ReactNode } from 'react'
import { hashOf, type Route } from '../../route/route.ts'
import { text } from '../../text/index.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { whenOf } from '../../ui/clock.ts'
import { usePeople } from '../../watch/engine.tsx'
import './personal.css'

interface PlacedProps {
  message: PlacedMessage
  /** Where it leads, if not to the message. */
  to?: Route
  unread?: boolean
  foot?: ReactNode
  children?: ReactNode
}

export function placeOf({ channelId, seq, thread }: PlacedMessage): Route {
  if (thread !== undefined) return { place: 'channel', channelId, pane: 'thread', root: thread }
  return { place: 'channel', channelId, seq }
}

export function Placed({ message, to, unread, foot, children }: PlacedProps) {
  const { said, channelName, channelKind } = message
  const seed = usePeople().find((person) => person.userId === said?.author)?.colourSeed ?? ''
  const where = channelKind === 'direct' ? channelName : text.personal.inChannel(channelName)
  return (
    <li className={unread ? 'placed placed-unread' : 'placed'}>
      <a className="placed-link" href={hashOf(to ?? placeOf(message))}>
        <Avatar name={said?.authorName ?? channelName} seed={seed} />
        <span className="placed-body">
          <span className="placed-line">
            {said && <bdi className="placed-author">{said.authorName}</bdi>}
            <bdi className="muted small truncate">{where}</bdi>
            {said && <time className="placed-when muted small tabular">{whenOf(said.at, Date.now())}</time>}
          </span>
          <span className={said ? 'placed-text' : 'placed-text muted'} dir="auto">
            {said?.text ?? text.personal.notHere}
          </span>
          {foot && <span className="placed-foot muted small">{foot}</span>}
        </span>
      </a>
      {children}
    </li>
  )
}
