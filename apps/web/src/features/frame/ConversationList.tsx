/** All conversations, in the sections of the user's own and those that everybody has. */
import type { ChannelItem } from '@reforms/client'
import { Search, TextSearch } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { Route } from '../../route/route.ts'
import { text } from '../../text/index.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { useList, useQuery } from '../../watch/engine.tsx'
import { groupsOf, shownOf, type Group } from './conversation-order.ts'
import { ConversationItem } from './ConversationItem.tsx'
import { ListMenu } from './ListMenu.tsx'
import { ListSection } from './ListSection.tsx'
import { OwnPlaces } from './OwnPlaces.tsx'
import { useOpenSheet } from './sheets.ts'
import { useOpenSearch } from './open-search.ts'
import { SectionDialog, type SectionToName } from './SectionDialog.tsx'
import { keysOf, PALETTE_SHORTCUT, SEARCH_SHORTCUT } from './shortcuts.ts'
import './list.css'

export function ConversationList({ route }: { route: Route }) {
  const channels = useQuery('channels', {})
  const current = route.place === 'channel' ? route.channelId : undefined
  const [naming, setNaming] = useState<SectionToName>()
  return (
    <nav className="list" aria-label={text.frame.conversations}>
      <h1 className="hidden-visually">{text.frame.conversations}</h1>
      <Header onNewSection={() => setNaming({})} />
      <div className="list-scroll">
        <OwnPlaces />
        {channels ? (
          <Groups channels={channels} current={current} onName={setNaming} />
        ) : (
          <Skeleton lines={4} />
        )}
      </div>
      {naming && <SectionDialog section={naming} onClose={() => setNaming(undefined)} />}
    </nav>
  )
}

function Header({ onNewSection }: { onNewSection: () => void }) {
  const open = useOpenSheet()
  const openSearch = useOpenSearch()
  return (
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
      <ListMenu onNewSection={onNewSection} />
    </header>
  )
}

interface GroupsProps {
  channels: ChannelItem[]
  current: string | undefined
  onName: (section: SectionToName) => void
}

function Groups({ channels, current, onName }: GroupsProps) {
  const list = useList()
  const groups = useMemo(() => groupsOf(channels, list), [channels, list])
  const live = groups.filter(({ kind }) => kind !== 'archived')
  const archived = groups.find(({ kind }) => kind === 'archived')?.items ?? []
  const shown = live
    .map((group) => ({ group, items: shownOf(group, list, current) }))
    .filter(({ group, items }) => items.length > 0 || standsEmpty(group, list.unreadOnly))
  return (
    <>
      {shown.map(({ group, items }) => (
        <ListSection
          key={group.id}
          group={group}
          groups={live}
          items={items}
          folded={list.folded.includes(group.id)}
          current={current}
          onName={onName}
        />
      ))}
      {shown.length === 0 && <p className="list-none muted small">{text.list.nothingUnread}</p>}
      {archived.length > 0 && !list.unreadOnly && <Archived items={archived} current={current} />}
    </>
  )
}

/** Where conversations can be begun, or dragged to; not where only what is unread is looked for. */
function standsEmpty({ kind, items }: Group, unreadOnly: boolean): boolean {
  if (kind === 'favourites') return items.length > 0 && !unreadOnly
  return !unreadOnly
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
      {open && (
        <ul>
          {items.map((item) => (
            <ConversationItem key={item.channelId} item={item} current={item.channelId === current} />
          ))}
        </ul>
      )}
    </section>
  )
}
