/** Decides which screen is due: the way in, or the messages. Only what signs somebody in is in the first load of the page. */
import type { SessionState } from '@reforms/client'
import { useEffect } from 'react'
import { noteSignedIn, wasSignedIn } from '../../platform/signed-in.ts'
import { useRoute } from '../../route/useRoute.ts'
import { text } from '../../text/index.ts'
import { later, useLater } from '../../ui/later.ts'
import { useEngineProblem, useQuery } from '../../watch/engine.tsx'
import { forgetDrafts } from '../conversation/drafts.ts'
import { forgetKeptDrafts } from '../conversation/kept-drafts.ts'
import { EntryLayout } from '../entry/EntryLayout.tsx'
import { SignInPage } from '../entry/SignInPage.tsx'
import { StartingPage } from '../entry/StartingPage.tsx'

const messages = later(async () => (await import('./MainLayout.tsx')).MainLayout)
const joining = later(async () => (await import('../entry/JoinPage.tsx')).JoinPage)
const confirming = later(async () => (await import('../entry/ConfirmDevicePage.tsx')).ConfirmDevicePage)
const channelLink = later(async () => (await import('../entry/ChannelLinkPage.tsx')).ChannelLinkPage)
const passwordReset = later(async () => (await import('../entry/PasswordResetPage.tsx')).PasswordResetPage)

/** What a session is taken for until the engine has spoken. */
const STARTING: SessionState = { state: 'starting' }
const SIGNED_OUT: SessionState = { state: 'signed-out' }

export function App() {
  const told = useQuery('session', {})
  const route = useRoute()
  const running = told !== undefined && told.state !== 'starting'
  const session = running ? told : wasSignedIn() ? STARTING : SIGNED_OUT
  useNoted(running ? session : undefined)
  useLoadedAhead(running, session)
  const Messages = useLater(messages, session.state === 'ready')
  const Confirming = useLater(confirming, session.state === 'unbound')
  const Joining = useLater(joining, route.place === 'join')
  const PasswordReset = useLater(passwordReset, route.place === 'reset')
  const ChannelLink = useLater(channelLink, route.place === 'invite')
  if (session.state === 'starting') return <StartingPage />
  // These ask the engine at once, so they wait until it runs.
  if (route.place === 'join')
    return running && Joining ? (
      <Joining key={route.token} token={route.token} session={session} />
    ) : (
      <Waiting title={text.entry.checkingLink} />
    )
  if (route.place === 'reset')
    return running && PasswordReset ? (
      <PasswordReset token={route.token} />
    ) : (
      <Waiting title={text.entry.resetPasswordTitle} />
    )
  switch (session.state) {
    case 'signed-out':
      return <SignInPage reason={session.reason} />
    case 'unbound':
      return Confirming ? (
        <Confirming session={session} />
      ) : (
        <EntryLayout wide title={text.entry.boundTitle} />
      )
    case 'ready':
      if (route.place === 'invite')
        return ChannelLink ? (
          <ChannelLink key={route.secret} secret={route.secret} />
        ) : (
          <Waiting title={text.links.checking} />
        )
      return Messages ? <Messages route={route} me={session.me} /> : <StartingPage />
  }
}

function Waiting({ title }: { title: string }) {
  return <EntryLayout title={title} lead={useEngineProblem()} />
}

/** For the next time that the page is opened. */
function useNoted(session: SessionState | undefined): void {
  const state = session?.state
  useEffect(() => {
    if (state !== undefined) noteSignedIn(state !== 'signed-out')
    if (state !== 'signed-out') return
    forgetDrafts()
    forgetKeptDrafts()
  }, [state])
}

/** The messages' code comes beside the engine for who is signed in, and after it for who is not: they have a form to fill in. */
function useLoadedAhead(running: boolean, { state }: SessionState): void {
  useEffect(() => {
    const ahead = state === 'starting' ? [messages] : running ? [messages, confirming] : []
    // What fails is asked for again when it is needed, and then says so.
    for (const part of ahead) part.load().catch(() => undefined)
  }, [running, state])
}
