/** In the composer's place where a direct conversation has ended: says so, and begins the next one. */
import type { ChannelView } from '@reforms/client'
import { go } from '../../route/useRoute.ts'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Callout } from '../../ui/Callout.tsx'
import { useChannels, useIntent } from '../../watch/engine.tsx'

export function Ended({ channel }: { channel: ChannelView }) {
  const people = useChannels().find(({ channelId }) => channelId === channel.channelId)?.people ?? []
  const open = useIntent('channel.openDirect')
  const begin = async () => {
    const opened = await open.send({ people })
    if (opened) go({ place: 'channel', channelId: opened.output.channelId })
  }
  return (
    <div className="composer-closed">
      <Callout>
        <div className="composer-ended">
          <span className="grow">{text.conversation.ended(channel.name)}</span>
          {!channel.iAmGuest && (
            <Button size="small" busy={open.busy} onClick={() => void begin()}>
              {text.conversation.beginAnew}
            </Button>
          )}
        </div>
        {open.problem && <p>{open.problem.message}</p>}
      </Callout>
    </div>
  )
}
