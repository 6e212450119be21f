/** One section of the list: folded by its name, with what can be done with it; conversations and sections are dropped on it. */
import type { ChannelItem } from '@reforms/client'
import type { ChannelId } from '@reforms/protocol'
import { ChevronDown, ChevronRight, Compass, Plus } from 'lucide-react'
import { useState, type DragEvent } from 'react'
import { hashOf } from '../../route/route.ts'
import { text } from '../../text/index.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { useMe } from '../../watch/engine.tsx'
import { ConversationItem } from './ConversationItem.tsx'
import type { Group } from './conversation-order.ts'
import { CHANNEL_DRAG, SECTION_DRAG } from './dragging.ts'
import type { SectionToName } from './SectionDialog.tsx'
import { SectionMenu } from './SectionMenu.tsx'
import { useOpenSheet } from './sheets.ts'
import { useListActs } from './useListActs.ts'

interface ListSectionProps {
  group: Group
  groups: Group[]
  /** What of it is to be seen. */
  items: ChannelItem[]
  folded: boolean
  current: string | undefined
  onName: (section: SectionToName) => void
}

export function ListSection({ group, groups, items, folded, current, onName }: ListSectionProps) {
  const { over, ...dropping } = useDropping(group)
  return (
    <section
      className={over ? 'list-section list-drop' : 'list-section'}
      aria-label={group.name}
      {...dropping}
    >
      <SectionHeader group={group} groups={groups} folded={folded} onName={onName} />
      {items.length > 0 && (
        <ul>
          {items.map((item) => (
            <ConversationItem
              key={item.channelId}
              item={item}
              current={item.channelId === current}
              section={group.id}
              onName={onName}
            />
          ))}
        </ul>
      )}
      {!folded && group.items.length === 0 && <NothingIn group={group} />}
      {!folded && group.kind === 'channels' && <BrowseLink />}
    </section>
  )
}

function NothingIn({ group: { kind } }: { group: Group }) {
  const words = {
    own: text.list.emptySection,
    channels: text.frame.noChannels,
    direct: text.frame.noDirect,
    favourites: '',
    archived: '',
  }
  return <p className="list-none muted small">{words[kind]}</p>
}

type SectionHeaderProps = Pick<ListSectionProps, 'group' | 'groups' | 'folded' | 'onName'>

function SectionHeader({ group, groups, folded, onName }: SectionHeaderProps) {
  const acts = useListActs()
  const { id, kind, name } = group
  const Chevron = folded ? ChevronRight : ChevronDown
  return (
    <header
      className="list-title"
      draggable={kind === 'own'}
      onDragStart={(event) => {
        event.dataTransfer.setData(SECTION_DRAG, id)
        event.dataTransfer.effectAllowed = 'move'
      }}
    >
      <h2 className="grow">
        <button
          type="button"
          className="list-fold"
          aria-expanded={!folded}
          title={folded ? text.list.unfold(name) : text.list.fold(name)}
          onClick={() => acts.fold(id, !folded)}
        >
          <Chevron size={14} className={folded ? 'icon-flips' : undefined} aria-hidden="true" />
          <bdi className="truncate">{name}</bdi>
        </button>
      </h2>
      {kind === 'own' && <SectionMenu group={group} groups={groups} onName={onName} />}
      <BeginButton kind={kind} />
    </header>
  )
}

function BeginButton({ kind }: Pick<Group, 'kind'>) {
  const open = useOpenSheet()
  const me = useMe()
  if ((kind !== 'channels' && kind !== 'direct') || me?.role === 'guest') return null
  const channel = kind === 'channels'
  return (
    <IconButton
      size="small"
      name={channel ? text.frame.newChannel : text.frame.newMessage}
      icon={<Plus size={16} />}
      onClick={() => open(channel ? 'new-channel' : 'new-message')}
    />
  )
}

function BrowseLink() {
  if (useMe()?.role === 'guest') return null
  return (
    <a className="item item-quiet muted" href={hashOf({ place: 'browse' })}>
      <span className="channel-glyph">
        <Compass size={16} aria-hidden="true" />
      </span>
      {text.frame.browse}
    </a>
  )
}

/** A conversation that is dropped goes in; a section goes before this one. */
function useDropping({ id, kind }: Group) {
  const acts = useListActs()
  const [over, setOver] = useState(false)
  const takes = ({ dataTransfer: { types } }: DragEvent) =>
    types.includes(CHANNEL_DRAG) || (types.includes(SECTION_DRAG) && kind === 'own')
  return {
    over,
    onDragOver: (event: DragEvent) => {
      if (!takes(event)) return
      event.preventDefault()
      setOver(true)
    },
    onDragLeave: () => setOver(false),
    onDrop: (event: DragEvent) => {
      setOver(false)
      if (!takes(event)) return
      event.preventDefault()
      const channelId = event.dataTransfer.getData(CHANNEL_DRAG) as ChannelId
      const section = event.dataTransfer.getData(SECTION_DRAG)
      if (section !== '' && section !== id) acts.moveSection(section, id)
      if (channelId === '') return
      if (kind === 'favourites') acts.favourite({ channelId })
      else acts.move({ channelId }, kind === 'own' ? id : undefined)
    },
  }
}
