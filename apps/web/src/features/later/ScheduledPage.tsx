/** Messages that wait to be sent, the next one first: each can be changed, sent now, or deleted. */
import type { ScheduledItem } from '@reforms/client'
import { CalendarClock, Pencil, SendHorizontal, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { hashOf } from '../../route/route.ts'
import { go } from '../../route/useRoute.ts'
import { text } from '../../text/index.ts'
import { dateAndTimeOf } from '../../ui/clock.ts'
import { Empty } from '../../ui/Empty.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Page } from '../../ui/Page.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { useTeller } from '../../ui/Toasts.tsx'
import { useEngine, useQuery } from '../../watch/engine.tsx'
import { PlacedList } from '../personal/PlacedList.tsx'
import { EditScheduled } from './EditScheduled.tsx'
import './later.css'

export function ScheduledPage() {
  const scheduled = useQuery('scheduled', {})
  const [editing, setEditing] = useState<ScheduledItem>()
  return (
    <Page title={text.later.title} onBack={() => go({ place: 'home' })}>
      {!scheduled && <Skeleton lines={4} />}
      {scheduled?.length === 0 && (
        <Empty icon={<CalendarClock size={20} />} title={text.later.none}>
          {text.later.noneLead}
        </Empty>
      )}
      {scheduled && scheduled.length > 0 && (
        <>
          <p className="later-lead muted small">{text.later.lead}</p>
          <PlacedList label={text.later.title}>
            {scheduled.map((item) => (
              <Scheduled key={item.clientId} item={item} onEdit={() => setEditing(item)} />
            ))}
          </PlacedList>
        </>
      )}
      {editing && <EditScheduled item={editing} onClose={() => setEditing(undefined)} />}
    </Page>
  )
}

function Scheduled({ item, onEdit }: { item: ScheduledItem; onEdit: () => void }) {
  const { channelId, channelName, answers, at, due, problem } = item
  const thread = answers?.as === 'thread' ? answers.seq : undefined
  const { sendNow, remove } = useScheduled(item)
  const to = thread === undefined ? { channelId } : { channelId, pane: 'thread' as const, root: thread }
  const when = due ? text.later.due : text.later.at(dateAndTimeOf(at))
  return (
    <li className="placed">
      <a className="placed-link" href={hashOf({ place: 'channel', ...to })}>
        <span className="placed-body">
          <span className="placed-line">
            <bdi className="placed-author">{text.later.to(channelName)}</bdi>
            {thread !== undefined && <span className="muted small">{text.later.inThread}</span>}
          </span>
          <span className="placed-text" dir="auto">
            {item.text}
          </span>
          <span className={problem ? 'placed-foot small later-problem' : 'placed-foot muted small'}>
            {problem ? text.later.failed(problem) : when}
          </span>
        </span>
      </a>
      <span className="row later-acts">
        <IconButton name={text.later.edit} icon={<Pencil size={20} />} onClick={onEdit} />
        <IconButton name={text.later.sendNow} icon={<SendHorizontal size={20} />} onClick={sendNow} />
        <IconButton name={text.later.remove} icon={<Trash2 size={20} />} onClick={remove} />
      </span>
    </li>
  )
}

function useScheduled({ clientId, channelId, text: words, at, due, answers }: ScheduledItem) {
  const engine = useEngine()
  const { tell, tellProblem } = useTeller()
  const message = { channelId, text: words, at, ...(answers ? { answers } : {}) }
  const again = () => void engine.send('later.set', message).catch(tellProblem)
  return {
    sendNow: () =>
      void engine.send('later.sendNow', { clientId }).then(() => tell(text.later.sending), tellProblem),
    remove: () =>
      void engine
        .send('later.delete', { clientId })
        .then(
          () => tell(text.later.removed, due ? undefined : { name: text.ui.undo, act: again }),
          tellProblem,
        ),
  }
}
