/** One conversation of the list: its picture, name and counts, and behind a menu what the user can do with it there. */
import type { ChannelItem } from '@reforms/client'
import { BellOff, Ellipsis, MessagesSquare, PencilLine } from 'lucide-react'
import { memo, useState } from 'react'
import { hashOf, type Route } from '../../route/route.ts'
import { text } from '../../text/index.ts'
import { whenOf } from '../../ui/clock.ts'
import { useToday } from '../../ui/useToday.ts'
import '../../ui/button.css'
import { ConversationPicture } from '../channels/ConversationPicture.tsx'
import { StatusMark } from '../status/StatusMark.tsx'
import { ConversationMenu } from './ConversationMenu.tsx'
import { CHANNEL_DRAG } from './dragging.ts'
import type { SectionToName } from './SectionDialog.tsx'

interface ConversationItemProps {
  item: ChannelItem
  current: boolean
  /** The section in which it stands; absent for what is archived, and cannot be put elsewhere. */
  section?: string
  onName?: (section: SectionToName) => void
}

/** There may be hundreds, so each is drawn again only when it has changed, and has its menu once somebody wants it. */
export const ConversationItem = memo(function ConversationItem(props: ConversationItemProps) {
  const { item, current, section, onName } = props
  const [open, setOpen] = useState(false)
  const [wanted, setWanted] = useState(false)
  const arranging = section !== undefined && onName !== undefined
  const openMenu = (shown: boolean) => {
    if (shown) setWanted(true)
    setOpen(shown)
  }
  const route: Route = { place: 'channel', channelId: item.channelId }
  const looks = ['item', item.unread > 0 && 'item-unread', item.muted && 'item-muted']
  return (
    <li
      className={open ? 'item-frame item-open' : 'item-frame'}
      draggable={arranging}
      onDragStart={(event) => {
        event.dataTransfer.setData(CHANNEL_DRAG, item.channelId)
        event.dataTransfer.effectAllowed = 'move'
      }}
      onContextMenu={(event) => {
        if (!arranging) return
        event.preventDefault()
        openMenu(true)
      }}
    >
      <a
        className={looks.filter(Boolean).join(' ')}
        href={hashOf(route)}
        aria-current={current ? 'page' : undefined}
        aria-keyshortcuts={arranging ? 'Shift+F10' : undefined}
      >
        <ConversationPicture item={item} />
        <span className="grow">
          <span className="item-line">
            <bdi className="item-name truncate">{item.name}</bdi>
            <StatusMark shows={item.shows} />
            {item.kind === 'direct' && item.lastAt > 0 && <When at={item.lastAt} />}
          </span>
          {item.kind === 'direct' && item.preview && (
            <span className="item-preview muted small truncate" dir="auto">
              {item.preview.text}
            </span>
          )}
        </span>
        {item.place !== 'member' && <span className="tag">{text.frame[item.place]}</span>}
        {item.draft && !current && <Draft />}
        {item.muted && <Muted />}
        <Counts item={item} />
      </a>
      {arranging && !wanted && (
        <button
          type="button"
          className="icon-button icon-button-small icon-button-plain item-options"
          tabIndex={-1}
          aria-label={text.list.options(item.name)}
          title={text.list.options(item.name)}
          aria-haspopup="menu"
          onClick={() => openMenu(true)}
        >
          <Ellipsis size={16} aria-hidden="true" />
        </button>
      )}
      {arranging && wanted && (
        <ConversationMenu item={item} section={section} open={open} onOpen={openMenu} onName={onName} />
      )}
    </li>
  )
})

function When({ at }: { at: number }) {
  useToday()
  return <time className="item-when muted tabular">{whenOf(at, Date.now())}</time>
}

function Draft() {
  return (
    <span className="item-mark muted small">
      <PencilLine size={14} aria-hidden="true" />
      {text.list.draft}
    </span>
  )
}

function Muted() {
  return (
    <span className="item-mark muted" title={text.list.muteExplained}>
      <BellOff size={14} aria-hidden="true" />
      <span className="hidden-visually">{text.list.muted}</span>
    </span>
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
