/** Decides which screen is due: the way in, or the messages. */
import { useEffect } from 'react'
import { useRoute } from '../../route/useRoute.ts'
import { useQuery } from '../../watch/engine.tsx'
import { forgetDrafts } from '../conversation/drafts.ts'
import { ConfirmDevicePage } from '../entry/ConfirmDevicePage.tsx'
import { JoinPage } from '../entry/JoinPage.tsx'
import { PasswordResetPage } from '../entry/PasswordResetPage.tsx'
import { SignInPage } from '../entry/SignInPage.tsx'
import { StartingPage } from '../entry/StartingPage.tsx'
import { MainLayout } from './MainLayout.tsx'

export function App() {
  const session = useQuery('session', {})
  const route = useRoute()
  const state = session?.state ?? 'starting'
  useEffect(() => {
    if (state === 'signed-out') forgetDrafts()
  }, [state])
  if (!session || session.state === 'starting') return <StartingPage />
  if (route.place === 'join') return <JoinPage key={route.token} token={route.token} session={session} />
  if (route.place === 'reset') return <PasswordResetPage token={route.token} />
  switch (session.state) {
    case 'signed-out':
      return <SignInPage reason={session.reason} />
    case 'unbound':
      return <ConfirmDevicePage session={session} />
    case 'ready':
      return <MainLayout route={route} me={session.me} />
  }
}
