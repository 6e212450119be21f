/** The audit trail in sentences, newest first, a page at a time. */
import type { AuditRecord } from '@reforms/protocol'
import { useCallback, useEffect, useState } from 'react'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Callout } from '../../ui/Callout.tsx'
import { dateAndTimeOf } from '../../ui/clock.ts'
import { Empty } from '../../ui/Empty.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { useChannels, useIntent, usePeople } from '../../watch/engine.tsx'
import { auditSentence } from './audit-sentence.ts'

const PAGE = 50

export function AuditTrail() {
  const { records, more, busy, problem, load } = useRecords()
  const nameOf = useNameOf()
  return (
    <div className="stack">
      <p className="muted">{text.admin.auditLead}</p>
      {problem && <Callout look="negative">{problem}</Callout>}
      {!records && !problem && <Skeleton lines={6} />}
      {records?.length === 0 && <Empty title={text.admin.auditNone} />}
      <ol aria-label={text.admin.places.audit}>
        {records?.map((record) => (
          <li key={record.number} className="audit-record">
            <time
              className="audit-when muted tabular"
              dateTime={new Date(record.at).toISOString()}
              title={text.admin.auditNumber(record.number)}
            >
              {dateAndTimeOf(record.at)}
            </time>
            <span className="audit-words">{auditSentence(record, nameOf)}</span>
          </li>
        ))}
      </ol>
      {more && (
        <div className="row">
          <Button busy={busy} onClick={load}>
            {text.admin.auditMore}
          </Button>
        </div>
      )}
    </div>
  )
}

function useRecords() {
  const read = useIntent('audit.read')
  const { send } = read
  const [records, setRecords] = useState<AuditRecord[]>()
  const [more, setMore] = useState(false)
  const fetch = useCallback(
    async (before: number | undefined) => {
      const answer = await send({ limit: PAGE, ...(before === undefined ? {} : { before }) })
      if (!answer) return
      const { output } = answer
      setRecords((known) => [...(before === undefined ? [] : (known ?? [])), ...output])
      setMore(output.length === PAGE)
    },
    [send],
  )
  useEffect(() => {
    void fetch(undefined)
  }, [fetch])
  return {
    records,
    more,
    busy: read.busy,
    problem: read.problem?.message,
    load: () => void fetch(records?.at(-1)?.number),
  }
}

/** The name of a person or channel by its id, as far as this device knows it. */
function useNameOf(): (id: string) => string | undefined {
  const people = usePeople()
  const channels = useChannels()
  return (id) =>
    people.find((person) => person.userId === id)?.displayName ??
    channels.find((channel) => channel.channelId === id)?.name
}
