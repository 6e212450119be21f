/** What an invite link to a channel opens, for who is signed in: what it leads to, and the way in. */
import type { IntentOutput } from '@reforms/client'
import { useEffect, useState } from 'react'
import { go } from '../../route/useRoute.ts'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Callout } from '../../ui/Callout.tsx'
import { useChannels, useIntent } from '../../watch/engine.tsx'
import { EntryLayout } from './EntryLayout.tsx'

type Link = IntentOutput<'channelLink.check'>

export function ChannelLinkPage({ secret }: { secret: string }) {
  const { send, problem } = useIntent('channelLink.check')
  const [link, setLink] = useState<Link>()
  useEffect(() => {
    void send({ secret }).then((found) => setLink(found?.output))
  }, [send, secret])
  if (problem)
    return (
      <EntryLayout title={text.links.badTitle} lead={problem.message}>
        <div className="entry-actions">
          <Home look="primary" />
        </div>
      </EntryLayout>
    )
  return link ? <Linked secret={secret} link={link} /> : <EntryLayout title={text.links.checking} />
}

function Home({ look = 'quiet' }: { look?: 'primary' | 'quiet' }) {
  return (
    <Button look={look} onClick={() => go({ place: 'home' })}>
      {look === 'quiet' ? text.links.notNow : text.links.open}
    </Button>
  )
}

/** Leads to the channel once it is there. */
function Linked({ secret, link }: { secret: string; link: Link }) {
  const [place, setPlace] = useState(link.place)
  const there = useChannels().some(({ channelId }) => channelId === link.channelId)
  useEffect(() => {
    if (there && place !== 'none') go({ place: 'channel', channelId: link.channelId })
  }, [there, place, link.channelId])
  switch (place) {
    case 'none':
    case 'in':
      return <Question secret={secret} link={link} onPlace={setPlace} />
    case 'asked':
      return (
        <EntryLayout title={text.links.askedTitle} lead={text.links.askedLead(link.name)}>
          <div className="entry-actions">
            <Home look="primary" />
          </div>
        </EntryLayout>
      )
    case 'was-in':
      return (
        <EntryLayout title={text.links.wasInTitle(link.name)} lead={text.links.wasInLead}>
          <div className="entry-actions">
            <Home look="primary" />
          </div>
        </EntryLayout>
      )
  }
}

interface QuestionProps {
  secret: string
  link: Link
  onPlace: (place: Link['place']) => void
}

function Question({ secret, link, onPlace }: QuestionProps) {
  const ask = useIntent('channelLink.ask')
  const join = async () => {
    const asked = await ask.send({ secret })
    if (asked) onPlace(asked.output.place)
  }
  const { kind, invitedBy } = link
  return (
    <EntryLayout title={text.links.joinTitle(link.name)} lead={invitedBy && text.links.invitedBy(invitedBy)}>
      {kind !== 'direct' && <p className="muted">{text.links[kind]}</p>}
      {ask.problem && <Callout look="negative">{ask.problem.message}</Callout>}
      <div className="entry-actions">
        <Button look="primary" autoFocus busy={ask.busy} onClick={() => void join()}>
          {text.links.join}
        </Button>
        <Home />
      </div>
    </EntryLayout>
  )
}
