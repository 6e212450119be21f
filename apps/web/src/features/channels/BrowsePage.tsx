/** Public channels, to look through and join. */
import type { IntentOutput } from '@reforms/client'
import type { ChannelId } from '@reforms/protocol'
import { Compass } from 'lucide-react'
import { useEffect, useState } from 'react'
import { go } from '../../route/useRoute.ts'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Callout } from '../../ui/Callout.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { TextField } from '../../ui/Field.tsx'
import { Page } from '../../ui/Page.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { useIntent } from '../../watch/engine.tsx'
import { useOpenSheet } from '../frame/sheets.ts'
import { ChannelGlyph } from './ChannelGlyph.tsx'

type Found = IntentOutput<'channel.browse'>
const FIND_AFTER_MS = 200

export function BrowsePage() {
  const [search, setSearch] = useState('')
  const { found, problem } = useFound(search.trim())
  const open = useOpenSheet()
  return (
    <Page title={text.channels.browseTitle} onBack={() => go({ place: 'home' })}>
      <div className="browse stack">
        <TextField
          hideLabel
          type="search"
          label={text.channels.browseFind}
          placeholder={text.channels.browseFind}
          value={search}
          autoFocus
          onValue={setSearch}
        />
        {problem && <Callout look="negative">{problem}</Callout>}
        {!found && !problem && <Skeleton lines={4} />}
        {found && found.length > 0 && (
          <ul className="rows">
            {found.map((channel) => (
              <FoundChannel key={channel.channelId} channel={channel} />
            ))}
          </ul>
        )}
        {found?.length === 0 && search !== '' && <Empty title={text.channels.browseNone} />}
        {found?.length === 0 && search === '' && (
          <Empty
            icon={<Compass size={20} />}
            title={text.channels.browseEmpty}
            action={
              <Button look="primary" onClick={() => open('new-channel')}>
                {text.frame.newChannel}
              </Button>
            }
          >
            {text.channels.browseEmptyLead}
          </Empty>
        )}
      </div>
    </Page>
  )
}

function useFound(search: string): { found: Found | undefined; problem: string | undefined } {
  const browse = useIntent('channel.browse')
  const { send } = browse
  const [found, setFound] = useState<Found>()
  useEffect(() => {
    let wanted = true
    const timer = setTimeout(
      () => void send({ search }).then((answer) => answer && wanted && setFound(answer.output)),
      search === '' ? 0 : FIND_AFTER_MS,
    )
    return () => {
      wanted = false
      clearTimeout(timer)
    }
  }, [send, search])
  return { found, problem: browse.problem?.message }
}

function FoundChannel({ channel }: { channel: Found[number] }) {
  const join = useIntent('channel.join')
  const open = (channelId: ChannelId) => go({ place: 'channel', channelId })
  const submit = async () => {
    if (await join.send({ channelId: channel.channelId })) open(channel.channelId)
  }
  return (
    <li>
      <ChannelGlyph kind="public" size={20} />
      <div className="grow">
        <bdi className="browse-name truncate">{channel.name}</bdi>
        <p className="muted small truncate" dir="auto">
          {[text.conversation.memberCount(channel.memberCount), channel.topic].filter(Boolean).join(' · ')}
        </p>
        {join.problem && <p className="field-error small">{join.problem.message}</p>}
      </div>
      {channel.joined ? (
        <Button
          size="small"
          aria-label={text.channels.openNamed(channel.name)}
          onClick={() => open(channel.channelId)}
        >
          {text.channels.open}
        </Button>
      ) : (
        <Button
          size="small"
          look="primary"
          busy={join.busy}
          aria-label={text.channels.joinNamed(channel.name)}
          onClick={() => void submit()}
        >
          {text.channels.join}
        </Button>
      )}
    </li>
  )
}
