/** The texts that a message has had, the newest on top. */
import type { IntentOutput } from '@reforms/client'
import type { ChannelId, Seq } from '@reforms/protocol'
import { useEffect } from 'react'
import { text } from '../../text/index.ts'
import { Callout } from '../../ui/Callout.tsx'
import { dateAndTimeOf } from '../../ui/clock.ts'
import { Dialog, DialogBody } from '../../ui/Dialog.tsx'
import { useState } from 'react'
import { useEngine } from '../../watch/engine.tsx'
import { problemOf } from '../../watch/problem.ts'
import { MessageBody } from './MessageBody.tsx'

type Versions = IntentOutput<'message.versions'>['versions']

export function VersionsDialog({
  channelId,
  seq,
  onClose,
}: {
  channelId: ChannelId
  seq: Seq
  onClose: () => void
}) {
  const engine = useEngine()
  const [versions, setVersions] = useState<Versions>([])
  const [problem, setProblem] = useState<string>()
  useEffect(() => {
    engine.send('message.versions', { channelId, seq }).then(
      (answer) => setVersions(answer.versions),
      (error: unknown) => setProblem(problemOf(error).message),
    )
  }, [engine, channelId, seq])
  return (
    <Dialog title={text.conversation.versions} onClose={onClose}>
      <DialogBody>
        {problem && <Callout look="negative">{problem}</Callout>}
        <ol className="versions">
          {[...versions].reverse().map((version, index) => (
            <li key={`${version.at}/${versions.length - index}`}>
              <p className="muted small tabular">
                {index === 0 ? text.conversation.versionNow : dateAndTimeOf(version.at)}
              </p>
              <MessageBody words={version.text} />
            </li>
          ))}
        </ol>
      </DialogBody>
    </Dialog>
  )
}
