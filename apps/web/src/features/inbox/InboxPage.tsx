/** What calls on the user, whatever its channel: what is new, what they snoozed, and what they have read. */
import type { InboxMark } from '@reforms/client'
import { Inbox } from 'lucide-react'
import { useState } from 'react'
import { go } from '../../route/useRoute.ts'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Choice } from '../../ui/Choice.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { Page } from '../../ui/Page.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { useTeller } from '../../ui/Toasts.tsx'
import { useEngine, useQuery } from '../../watch/engine.tsx'
import { PlacedList } from '../personal/PlacedList.tsx'
import { InboxLine, keyOf } from './InboxLine.tsx'
import { SnoozeDialog } from './SnoozeDialog.tsx'
import './inbox.css'

const SHOWS = ['new', 'snoozed', 'read'] as const
type Show = (typeof SHOWS)[number]

export function InboxPage() {
  const [show, setShow] = useState<Show>('new')
  const [snoozing, setSnoozing] = useState<InboxMark>()
  const items = useQuery('inbox', { show })
  return (
    <Page
      title={text.inbox.title}
      onBack={() => go({ place: 'home' })}
      action={show === 'new' && items && items.length > 0 && <ReadAll />}
    >
      <div className="inbox-shows">
        <Choice
          hideLabel
          label={text.inbox.show}
          look="segments"
          value={show}
          options={SHOWS.map((value) => ({ value, label: text.inbox.shows[value] }))}
          onValue={setShow}
        />
      </div>
      {!items && <Skeleton lines={4} />}
      {items?.length === 0 && (
        <Empty icon={<Inbox size={20} />} title={text.inbox.none[show]}>
          {text.inbox.noneLead[show]}
        </Empty>
      )}
      {items && items.length > 0 && (
        <PlacedList label={text.inbox.title}>
          {items.map((item) => (
            <InboxLine key={keyOf(item)} item={item} show={show} onSnooze={setSnoozing} />
          ))}
        </PlacedList>
      )}
      {snoozing && <SnoozeDialog mark={snoozing} onClose={() => setSnoozing(undefined)} />}
    </Page>
  )
}

function ReadAll() {
  const engine = useEngine()
  const { tell, tellProblem } = useTeller()
  const readAll = () =>
    void engine.send('inbox.readAll', {}).then(
      ({ before }) =>
        tell(text.inbox.markedAll(before.length), {
          name: text.ui.undo,
          act: () => void engine.send('inbox.mark', { items: before }).catch(tellProblem),
        }),
      tellProblem,
    )
  return <Button onClick={readAll}>{text.inbox.markAll}</Button>
}
