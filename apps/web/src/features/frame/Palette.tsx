/** Ctrl-K: every conversation, person, action and setting, by name. */
import type { ChannelView, Me } from '@reforms/client'
import type { ChannelId } from '@reforms/protocol'
import { Command } from 'cmdk'
import {
  AlarmClock,
  Bookmark,
  CalendarClock,
  Compass,
  Download,
  FolderPlus,
  Inbox,
  Keyboard,
  LogOut,
  MessageCirclePlus,
  MessagesSquare,
  Plus,
  Settings,
  ShieldCheck,
  SmilePlus,
  TextSearch,
  UserRound,
} from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { ADMIN_PLACES, SETTINGS_PLACES, type Route } from '../../route/route.ts'
import { go, useRoute } from '../../route/useRoute.ts'
import { text } from '../../text/index.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { useChannels, usePeople, useQuery } from '../../watch/engine.tsx'
import { ConversationPicture } from '../channels/ConversationPicture.tsx'
import { useWriteTo } from '../people/useWriteTo.ts'
import { useOpenSearch } from './open-search.ts'
import { useOpenSheet, type Sheet } from './sheets.ts'
import type { PaletteEntry } from './palette-entry.ts'
import { useChannelEntries } from './useChannelEntries.tsx'
import { useListEntries } from './useListEntries.tsx'
import './palette.css'

interface PaletteProps {
  me: Me
  onClose: () => void
}

export function Palette(props: PaletteProps) {
  const channelId = useSubject()
  return channelId ? <PaletteOf {...props} channelId={channelId} /> : <PaletteList {...props} />
}

/** Whose rules, members and so on it offers: those of the conversation that is open, or else of the newest one. */
function useSubject(): ChannelId | undefined {
  const route = useRoute()
  const [newest] = useChannels().toSorted((a, b) => b.lastAt - a.lastAt)
  return route.place === 'channel' ? route.channelId : newest?.channelId
}

function PaletteOf({ channelId, ...props }: PaletteProps & { channelId: ChannelId }) {
  return <PaletteList {...props} channel={useQuery('channel', { channelId })} />
}

function PaletteList({ me, channel, onClose }: PaletteProps & { channel?: ChannelView | undefined }) {
  const about = text.frame.paletteAbout(channel?.name ?? '')
  const entries: PaletteEntry[] = [
    ...useConversationEntries(),
    ...usePeopleEntries(me),
    ...useChannelEntries(channel).map((entry) => ({ ...entry, group: about })),
    ...useListEntries().map((entry) => ({ ...entry, group: text.frame.paletteActions })),
    ...useActionEntries(me),
  ]
  const [words, setWords] = useState('')
  const groups = [text.frame.paletteConversations, text.frame.palettePeople, about, text.frame.paletteActions]
  return (
    <Dialog title={text.frame.palette} hideTitle onClose={onClose}>
      <Command className="palette" label={text.frame.palette} loop>
        <Command.Input
          className="palette-field"
          placeholder={text.frame.paletteField}
          value={words}
          onValueChange={setWords}
          autoFocus
        />
        <Command.List className="palette-list" label={text.frame.palette}>
          <Command.Empty className="palette-none muted">{text.frame.paletteNone}</Command.Empty>
          {groups.map((group) => (
            <Group
              key={group}
              name={group}
              entries={entries.filter((entry) => entry.group === group)}
              onClose={onClose}
            />
          ))}
          <SearchEntry words={words.trim()} onClose={onClose} />
        </Command.List>
      </Command>
    </Dialog>
  )
}

interface GroupProps {
  name: string
  entries: PaletteEntry[]
  onClose: () => void
}

function Group({ name, entries, onClose }: GroupProps) {
  if (entries.length === 0) return null
  return (
    <Command.Group heading={<bdi>{name}</bdi>}>
      {entries.map((entry) => (
        <Command.Item
          key={entry.id}
          value={`${entry.words} ${entry.id}`}
          keywords={entry.keywords}
          className="palette-item"
          onSelect={() => {
            onClose()
            entry.does()
          }}
        >
          {entry.icon}
          <bdi className="truncate">{entry.words}</bdi>
        </Command.Item>
      ))}
    </Command.Group>
  )
}

/** Whatever is typed can be looked for in the messages too. */
function SearchEntry({ words, onClose }: { words: string; onClose: () => void }) {
  const openSearch = useOpenSearch()
  if (words === '') return null
  return (
    <Command.Item
      forceMount
      value="search-messages"
      className="palette-item palette-search"
      onSelect={() => {
        onClose()
        // After this dialog has given the focus back.
        setTimeout(() => openSearch(words))
      }}
    >
      <TextSearch size={16} />
      <bdi className="truncate">{text.search.searchFor(words)}</bdi>
    </Command.Item>
  )
}

function useConversationEntries(): PaletteEntry[] {
  return useChannels()
    .toSorted((a, b) => b.lastAt - a.lastAt)
    .map((item) => ({
      id: item.channelId,
      words: item.name,
      group: text.frame.paletteConversations,
      icon: <ConversationPicture item={item} size="small" />,
      does: () => go({ place: 'channel', channelId: item.channelId }),
    }))
}

function usePeopleEntries(me: Me): PaletteEntry[] {
  const writeTo = useWriteTo()
  return usePeople()
    .filter((person) => person.active && person.userId !== me.userId)
    .flatMap((person) => {
      const does = writeTo(person.userId)
      if (!does) return []
      return {
        id: `@${person.userName}`,
        words: text.frame.writeTo(person.displayName),
        group: text.frame.palettePeople,
        icon: <Avatar size="small" name={person.displayName} seed={person.colourSeed} />,
        does,
      }
    })
}

function useActionEntries(me: Me): PaletteEntry[] {
  const open = useOpenSheet()
  const openSearch = useOpenSearch()
  const sheet = (
    which: Sheet & string,
    words: string,
    icon: ReactNode,
    keywords?: string[],
  ): PaletteEntry => ({
    id: which,
    words,
    keywords,
    group: text.frame.paletteActions,
    icon,
    // After this dialog has given the focus back.
    does: () => setTimeout(() => open(which)),
  })
  const place = (route: Route, words: string, icon: ReactNode, keywords?: string[]): PaletteEntry => ({
    id: `to ${words}`,
    words,
    keywords,
    group: text.frame.paletteActions,
    icon,
    does: () => go(route),
  })
  const guest = me.role === 'guest'
  const begin = [
    sheet('new-message', text.frame.newMessage, <MessageCirclePlus size={16} />),
    sheet('new-channel', text.frame.newChannel, <Plus size={16} />),
    place({ place: 'browse' }, text.frame.browse, <Compass size={16} />),
  ]
  return [
    ...(guest ? [] : begin),
    sheet('new-section', text.list.newSection, <FolderPlus size={16} />),
    {
      id: 'to search',
      words: text.search.title,
      group: text.frame.paletteActions,
      icon: <TextSearch size={16} />,
      does: () => setTimeout(() => openSearch()),
    },
    place({ place: 'inbox' }, text.inbox.title, <Inbox size={16} />),
    place({ place: 'threads' }, text.personal.threads, <MessagesSquare size={16} />),
    place({ place: 'saved' }, text.personal.saved, <Bookmark size={16} />),
    place({ place: 'reminders' }, text.personal.reminders, <AlarmClock size={16} />),
    place({ place: 'scheduled' }, text.later.title, <CalendarClock size={16} />),
    place({ place: 'people' }, text.frame.people, <UserRound size={16} />),
    ...SETTINGS_PLACES.map((part) =>
      place(
        { place: 'settings', part },
        `${text.frame.settings}: ${text.settings.places[part]}`,
        <Settings size={16} />,
        text.frame.paletteKeywords.settings[part],
      ),
    ),
    ...(me.role === 'administrator' ? ADMIN_PLACES : []).map((part) =>
      place(
        { place: 'admin', part },
        `${text.frame.administration}: ${text.admin.places[part]}`,
        <ShieldCheck size={16} />,
        text.frame.paletteKeywords.admin[part],
      ),
    ),
    sheet('status', text.status.set, <SmilePlus size={16} />),
    sheet('export', text.export.own, <Download size={16} />, text.frame.paletteKeywords.export),
    ...(me.role === 'administrator'
      ? [sheet('new-emoji', text.emoji.addVerb, <SmilePlus size={16} />, text.frame.paletteKeywords.emoji)]
      : []),
    sheet('shortcuts', text.frame.shortcuts, <Keyboard size={16} />),
    sheet('sign-out', text.frame.signOut, <LogOut size={16} />),
  ]
}
