/** The layout once somebody is in: rail, list, and what is open beside them. A narrow screen shows one of them at a time. */
import type { Me } from '@reforms/client'
import { MessagesSquare, Sprout } from 'lucide-react'
import { useCallback, useEffect, useState } from 'react'
import { OWN_PLACES, type Route } from '../../route/route.ts'
import { text } from '../../text/index.ts'
import { go } from '../../route/useRoute.ts'
import { Button } from '../../ui/Button.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { ConversationPage } from '../conversation/ConversationPage.tsx'
import { BesideResults } from '../search/BesideResults.tsx'
import { useMe, useQuery } from '../../watch/engine.tsx'
import { ConnectionLine } from './ConnectionLine.tsx'
import { ConversationList } from './ConversationList.tsx'
import { Rail } from './Rail.tsx'
import { SheetContext, useOpenSheet, type Sheet } from './sheets.ts'
import { SearchContext } from './open-search.ts'
import {
  AdminPage,
  BrowsePage,
  InboxPage,
  PeoplePage,
  RemindersPage,
  SavedPage,
  ScheduledPage,
  SearchPanel,
  SettingsPage,
  Sheets,
  ThreadsPage,
  useLoadedSoon,
} from './parts.tsx'
import { useNarrow } from '../../ui/narrow.ts'
import { useKeyboard } from './useKeyboard.ts'
import { useNotifications } from './useNotifications.ts'
import { useUnreadTitle } from './useUnreadTitle.ts'
import { useViewFocus } from './useViewFocus.ts'
import './layout.css'

export function MainLayout({ route, me }: { route: Route; me: Me }) {
  const [sheet, setSheet] = useState<Sheet>()
  const close = useCallback(() => setSheet(undefined), [])
  const search = useSearch(route)
  useKeyboard(route, sheet === undefined, setSheet, search.open)
  useUnreadTitle(route)
  useNotifications()
  useViewFocus(route)
  useLoadedSoon()
  const narrow = useNarrow()
  const home = route.place === 'home'
  const searchPage = route.place === 'search'
  const conversations = home || ['channel', 'browse', ...OWN_PLACES].includes(route.place) || searchPage
  const list = search.shown ? (
    <SearchPanel typed={search.typed} onType={search.type} onClose={search.close} />
  ) : (
    <ConversationList route={route} />
  )
  return (
    <SheetContext value={setSheet}>
      <SearchContext value={search.open}>
        <div className="layout">
          <ConnectionLine />
          <div className="layout-columns">
            <Rail route={route} me={me} />
            {conversations && !narrow && list}
            {narrow && (home || searchPage) ? (
              <main className="layout-list">{list}</main>
            ) : (
              <div className="layout-main">
                <Main route={route} me={me} typed={search.typed} />
              </div>
            )}
          </div>
        </div>
        {sheet && <Sheets sheet={sheet} me={me} onClose={close} />}
      </SearchContext>
    </SheetContext>
  )
}

/**
 * What is looked for. On a wide screen it stands in the place of the list while its results are read beside it. It is kept here and not
 * in the address, which browsers write down.
 */
function useSearch(route: Route) {
  const [typed, type] = useState('')
  const [kept, setKept] = useState(false)
  const open = useCallback((words?: string) => {
    if (words !== undefined) type(words)
    setKept(true)
    go({ place: 'search' })
  }, [])
  const close = useCallback(() => {
    setKept(false)
    if (route.place === 'search') go({ place: 'home' })
  }, [route.place])
  useEffect(() => {
    if (route.place === 'search') setKept(true)
    if (route.place === 'home') setKept(false)
  }, [route.place])
  return { typed, type, open, close, shown: route.place === 'search' || (kept && route.place === 'channel') }
}

function Main({ route, me, typed }: { route: Route; me: Me; typed: string }) {
  switch (route.place) {
    case 'channel':
      return <ConversationPage route={route} />
    case 'search':
      return <BesideResults typed={typed} />
    case 'browse':
      return me.role === 'guest' ? <Nothing /> : <BrowsePage />
    case 'inbox':
      return <InboxPage />
    case 'threads':
      return <ThreadsPage />
    case 'saved':
      return <SavedPage />
    case 'reminders':
      return <RemindersPage />
    case 'scheduled':
      return <ScheduledPage />
    case 'people':
      return <PeoplePage />
    case 'settings':
      return <SettingsPage part={route.part} />
    case 'admin':
      return me.role === 'administrator' ? <AdminPage part={route.part} /> : <Nothing />
    default:
      return <Nothing />
  }
}

function Nothing() {
  const channels = useQuery('channels', {})
  if (channels?.length === 0) return <Quiet />
  return (
    <main className="nothing" aria-label={text.conversation.emptyTitle}>
      <Empty icon={<MessagesSquare size={20} />} title={text.conversation.emptyTitle}>
        {text.conversation.emptyLead}
      </Empty>
    </main>
  )
}

/** The very first screen of somebody who is in no channel yet. */
function Quiet() {
  const open = useOpenSheet()
  if (useMe()?.role === 'guest') {
    return (
      <main className="nothing" aria-label={text.frame.quietTitle}>
        <Empty icon={<Sprout size={20} />} title={text.frame.quietTitle}>
          {text.frame.quietGuest}
        </Empty>
      </main>
    )
  }
  return (
    <main className="nothing" aria-label={text.frame.quietTitle}>
      <Empty
        icon={<Sprout size={20} />}
        title={text.frame.quietTitle}
        action={
          <>
            <Button look="primary" onClick={() => go({ place: 'browse' })}>
              {text.frame.browse}
            </Button>
            <Button onClick={() => open('new-channel')}>{text.frame.newChannel}</Button>
            <Button onClick={() => open('new-message')}>{text.frame.newMessage}</Button>
          </>
        }
      >
        {text.frame.quietLead}
      </Empty>
    </main>
  )
}
