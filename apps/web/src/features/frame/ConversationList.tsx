/** All conversations: channels by name, direct ones by their last message, with what is unread and who is there. */
import type { ChannelItem } from '@reforms/client'
import { Compass, MessagesSquare, Plus, Search, TextSearch } from 'lucide-react'
import { useMemo, useState, type ReactNode } from 'react'
import { hashOf, type Route } from '../../route/route.ts'
import { text } from '../../text/index.ts'
import { whenOf } from '../../ui/clock.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { useQuery } from '../../watch/engine.tsx'
import { ConversationPicture } from '../channels/ConversationPicture.tsx'
import { sortConversations } from './conversation-order.ts'
import { useOpenSheet } from './sheets.ts'
import { useOpenSearch } from './open-search.ts'
import { keysOf, PALETTE_SHORTCUT, SEARCH_SHORTCUT } from './shortcuts.ts'
import './list.css'

export function ConversationList({ route }: { route: Route }) {
  const channels = useQuery('channels', {})
  const open = useOpenSheet()
  const openSearch = useOpenSearch()
  const sorted = useMemo(() => sortConversations(channels ?? []), [channels])
  const current = route.place === 'channel' ? route.channelId : undefined
  return (
    <nav className="list" aria-label={text.frame.conversations}>
      <h1 className="hidden-visually">{text.frame.conversations}</h1>
      <header className="list-header">
        <button type="button" className="list-find muted" onClick={() => open('palette')}>
          <Search size={16} aria-hidden="true" />
          <span className="grow">{text.frame.find}</span>
          <kbd className="keys" aria-hidden="true">
            {keysOf(PALETTE_SHORTCUT).join(' ')}
          </kbd>
        </button>
        <IconButton
          name={text.search.title}
          shortcut={SEARCH_SHORTCUT}
          icon={<TextSearch size={20} />}
          onClick={() => openSearch()}
        />
      </header>
      <div className="list-scroll">
        {!channels && <Skeleton lines={4} />}
        {channels && (
          <>
            <ListSection
              title={text.frame.channels}
              items={sorted.channels}
              none={text.frame.noChannels}
              foot={<BrowseLink />}
              current={current}
            >
              <IconButton
                size="small"
                name={text.frame.newChannel}
                icon={<Plus size={16} />}
                onClick={() => open('new-channel')}
              />
            </ListSection>
            <ListSection
              title={text.frame.direct}
              items={sorted.direct}
              none={text.frame.noDirect}
              current={current}
            >
              <IconButton
                size="small"
                name={text.frame.newMessage}
                icon={<Plus size={16} />}
                onClick={() => open('new-message')}
              />
            </ListSection>
            {sorted.archived.length > 0 && <Archived items={sorted.archived} current={current} />}
          </>
        )}
      </div>
    </nav>
  )
}

interface ListSectionProps {
  title: string
  items: ChannelItem[]
  none: string
  current: string | undefined
  foot?: ReactNode
  children?: ReactNode
}

function ListSection({ title, items, none, current, foot, children }: ListSectionProps) {
  return (
    <section className="list-section" aria-label={title}>
      <header className="list-title">
        <h2 className="grow">{title}</h2>
        {children}
      </header>
      {items.length === 0 ? (
        <p className="list-none muted small">{none}</p>
      ) : (
        <Items items={items} current={current} />
      )}
      {foot}
    </section>
  )
}

function BrowseLink() {
  return (
    <a className="item item-quiet muted" href={hashOf({ place: 'browse' })}>
      <span className="channel-glyph">
        <Compass size={16} aria-hidden="true" />
      </span>
      {text.frame.browse}
    </a>
  )
}

function Archived({ items, current }: { items: ChannelItem[]; current: string | undefined }) {
  const [open, setOpen] = useState(false)
  return (
    <section className="list-section">
      <button
        type="button"
        className="list-more muted small"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {text.frame.archived} ({items.length})
      </button>
      {open && <Items items={items} current={current} />}
    </section>
  )
}

function Items({ items, current }: { items: ChannelItem[]; current: string | undefined }) {
  return (
    <ul>
      {items.map((item) => (
        <li key={item.channelId}>
          <ConversationItem item={item} current={item.channelId === current} />
        </li>
      ))}
    </ul>
  )
}

function ConversationItem({ item, current }: { item: ChannelItem; current: boolean }) {
  const route: Route = { place: 'channel', channelId: item.channelId }
  const look = item.unread > 0 ? 'item item-unread' : 'item'
  return (
    <a className={look} href={hashOf(route)} aria-current={current ? 'page' : undefined}>
      <ConversationPicture item={item} />
      <span className="grow">
        <span className="item-line">
          <bdi className="item-name truncate">{item.name}</bdi>
          {item.kind === 'direct' && item.lastAt > 0 && (
            <time className="item-when muted tabular">{whenOf(item.lastAt, Date.now())}</time>
          )}
        </span>
        {item.kind === 'direct' && item.preview && (
          <span className="item-preview muted small truncate" dir="auto">
            {item.preview.text}
          </span>
        )}
      </span>
      {item.place !== 'member' && <span className="tag">{text.frame[item.place]}</span>}
      <Counts item={item} />
    </a>
  )
}

function Counts({ item }: { item: ChannelItem }) {
  if (item.mentions > 0) {
    return (
      <span className="badge">
        {item.mentions}
        <span className="hidden-visually"> {text.frame.mentions(item.mentions)}</span>
      </span>
    )
  }
  if (item.unread === 0 && item.threads) {
    const words = text.frame.threads(item.threads.length)
    return (
      <span className="count" title={words}>
        <MessagesSquare size={16} aria-hidden="true" />
        <span className="hidden-visually">{words}</span>
      </span>
    )
  }
  if (item.unread === 0) return null
  return (
    <span className="count tabular">
      {item.unread}
      <span className="hidden-visually"> {text.frame.unread(item.unread)}</span>
    </span>
  )
}
