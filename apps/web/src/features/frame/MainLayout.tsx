/** The layout once somebody is in: rail, list, and what is open beside them. A narrow screen shows one of them at a time. */
import type { Me } from '@reforms/client'
import { MessagesSquare, Sprout } from 'lucide-react'
import { useCallback, useState } from 'react'
import type { Route } from '../../route/route.ts'
import { text } from '../../text/index.ts'
import { go } from '../../route/useRoute.ts'
import { Button } from '../../ui/Button.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { ConversationPage } from '../conversation/ConversationPage.tsx'
import { useQuery } from '../../watch/engine.tsx'
import { ConnectionLine } from './ConnectionLine.tsx'
import { ConversationList } from './ConversationList.tsx'
import { Rail } from './Rail.tsx'
import { SheetContext, useOpenSheet, type Sheet } from './sheets.ts'
import { AdminPage, BrowsePage, PeoplePage, SettingsPage, Sheets, useLoadedSoon } from './parts.tsx'
import { useNarrow } from '../../ui/narrow.ts'
import { useKeyboard } from './useKeyboard.ts'
import { useNotifications } from './useNotifications.ts'
import { useUnreadTitle } from './useUnreadTitle.ts'
import { useViewFocus } from './useViewFocus.ts'
import './layout.css'

export function MainLayout({ route, me }: { route: Route; me: Me }) {
  const [sheet, setSheet] = useState<Sheet>()
  const close = useCallback(() => setSheet(undefined), [])
  useKeyboard(route, sheet === undefined, setSheet)
  useUnreadTitle(route)
  useNotifications()
  useViewFocus(route)
  useLoadedSoon()
  const narrow = useNarrow()
  const home = route.place === 'home'
  const conversations = home || route.place === 'channel' || route.place === 'browse'
  return (
    <SheetContext value={setSheet}>
      <div className="layout">
        <ConnectionLine />
        <div className="layout-columns">
          <Rail route={route} me={me} />
          {conversations && !narrow && <ConversationList route={route} />}
          {narrow && home ? (
            <main className="layout-list">
              <ConversationList route={route} />
            </main>
          ) : (
            <div className="layout-main">
              <Main route={route} me={me} />
            </div>
          )}
        </div>
      </div>
      {sheet && <Sheets sheet={sheet} me={me} onClose={close} />}
    </SheetContext>
  )
}

function Main({ route, me }: { route: Route; me: Me }) {
  switch (route.place) {
    case 'channel':
      return <ConversationPage route={route} />
    case 'browse':
      return <BrowsePage />
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
