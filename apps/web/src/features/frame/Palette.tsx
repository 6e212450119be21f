/** Ctrl-K: every conversation, person, action and setting, by name. */
import type { Me } from '@reforms/client'
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
import { go } from '../../route/useRoute.ts'
import { text } from '../../text/index.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { useTeller } from '../../ui/Toasts.tsx'
import { useChannels, useEngine, usePeople } from '../../watch/engine.tsx'
import { ConversationPicture } from '../channels/ConversationPicture.tsx'
import { useOpenSearch } from './open-search.ts'
import { useOpenSheet, type Sheet } from './sheets.ts'
import { useListEntries } from './useListEntries.tsx'
import './palette.css'

interface Entry {
  id: string
  words: string
  group: string
  icon: ReactNode
  does: () => void
}

export function Palette({ me, onClose }: { me: Me; onClose: () => void }) {
  const entries = [
    ...useConversationEntries(),
    ...usePeopleEntries(me),
    ...useListEntries().map((entry) => ({ ...entry, group: text.frame.paletteActions })),
    ...useActionEntries(me),
  ]
  const [words, setWords] = useState('')
  const groups = [text.frame.paletteConversations, text.frame.palettePeople, text.frame.paletteActions]
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
            <Command.Group key={group} heading={group}>
              {entries
                .filter((entry) => entry.group === group)
                .map((entry) => (
                  <Command.Item
                    key={entry.id}
                    value={`${entry.words} ${entry.id}`}
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
          ))}
          <SearchEntry words={words.trim()} onClose={onClose} />
        </Command.List>
      </Command>
    </Dialog>
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

function useConversationEntries(): Entry[] {
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

function usePeopleEntries(me: Me): Entry[] {
  const engine = useEngine()
  const { tellProblem } = useTeller()
  return usePeople()
    .filter((person) => person.active && person.userId !== me.userId)
    .map((person) => ({
      id: `@${person.userName}`,
      words: text.frame.writeTo(person.displayName),
      group: text.frame.palettePeople,
      icon: <Avatar size="small" name={person.displayName} seed={person.colourSeed} />,
      does: () =>
        void engine
          .send('channel.openDirect', { people: [person.userId] })
          .then(({ channelId }) => go({ place: 'channel', channelId }), tellProblem),
    }))
}

function useActionEntries(me: Me): Entry[] {
  const open = useOpenSheet()
  const openSearch = useOpenSearch()
  const sheet = (which: Sheet, words: string, icon: ReactNode): Entry => ({
    id: which,
    words,
    group: text.frame.paletteActions,
    icon,
    // After this dialog has given the focus back.
    does: () => setTimeout(() => open(which)),
  })
  const place = (route: Route, words: string, icon: ReactNode): Entry => ({
    id: `to ${words}`,
    words,
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
      ),
    ),
    ...(me.role === 'administrator' ? ADMIN_PLACES : []).map((part) =>
      place(
        { place: 'admin', part },
        `${text.frame.administration}: ${text.admin.places[part]}`,
        <ShieldCheck size={16} />,
      ),
    ),
    sheet('status', text.status.set, <SmilePlus size={16} />),
    sheet('export', text.export.action, <Download size={16} />),
    sheet('shortcuts', text.frame.shortcuts, <Keyboard size={16} />),
    sheet('sign-out', text.frame.signOut, <LogOut size={16} />),
  ]
}
