/** A message in a list of messages of many channels: who, where, when and a line of it. It leads to where it stands. */
import type { PlacedMessage } from '@reforms/client'
import type { UserId } from '@reforms/protocol'
import type { KeyboardEvent, ReactNode } from 'react'
import { hashOf, type Route } from '../../route/route.ts'
import { text } from '../../text/index.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { whenOf } from '../../ui/clock.ts'
import { usePeople } from '../../watch/engine.tsx'
import { isShortcut } from '../frame/shortcuts.ts'
import { placeOf } from './place-of.ts'
import './personal.css'

interface PlacedProps {
  message: PlacedMessage
  /** Where it leads, if not to the message. */
  to?: Route
  /** Of whom it is, if not of who wrote it. */
  who?: { name: string; userId?: UserId | undefined; at: number }
  /** What stands in the place of a message that is none. */
  words?: string
  unread?: boolean
  foot?: ReactNode
  /** The foot says where it is. */
  placeInFoot?: boolean
  /** What keys do while the line has the focus. */
  keys?: Readonly<Record<string, () => void>>
  onOpen?: () => void
  children?: ReactNode
}

export function whereOf({ channelName, channelKind }: PlacedMessage): string {
  return channelKind === 'direct' ? channelName : text.personal.inChannel(channelName)
}

export function Placed({
  message,
  to,
  who,
  words,
  unread,
  foot,
  keys,
  onOpen,
  placeInFoot,
  children,
}: PlacedProps) {
  const { said, channelName } = message
  const of = who ?? (said && { name: said.authorName, userId: said.author, at: said.at })
  const seed = usePeople().find((person) => person.userId === of?.userId)?.colourSeed ?? ''
  const line = words ?? said?.text
  const onKeyDown = (event: KeyboardEvent) => {
    const act = Object.entries(keys ?? {}).find(([key]) => isShortcut(event, key))?.[1]
    if (!act) return
    event.preventDefault()
    act()
  }
  return (
    <li className={unread ? 'placed placed-unread' : 'placed'} onKeyDown={onKeyDown}>
      <a className="placed-link" href={hashOf(to ?? placeOf(message))} onClick={onOpen}>
        <Avatar name={of?.name ?? channelName} seed={seed} />
        <span className="placed-body">
          <span className="placed-line">
            {of && <bdi className="placed-author">{of.name}</bdi>}
            {!placeInFoot && <bdi className="muted small truncate">{whereOf(message)}</bdi>}
            {of && <time className="placed-when muted small tabular">{whenOf(of.at, Date.now())}</time>}
          </span>
          <span className={line === undefined ? 'placed-text muted' : 'placed-text'} dir="auto">
            {line ?? text.personal.notHere}
          </span>
          {foot && <span className="placed-foot muted small">{foot}</span>}
        </span>
      </a>
      {children}
    </li>
  )
}
