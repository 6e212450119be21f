/** What the user wants to be reminded of: what is due first, then what comes next. */
import type { ReminderItem } from '@reforms/client'
import { AlarmClock, Check } from 'lucide-react'
import { go } from '../../route/useRoute.ts'
import { text } from '../../text/index.ts'
import { dateAndTimeOf } from '../../ui/clock.ts'
import { Empty } from '../../ui/Empty.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Page } from '../../ui/Page.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { useTeller } from '../../ui/Toasts.tsx'
import { useEngine, useQuery } from '../../watch/engine.tsx'
import { DONE_KEY } from '../frame/shortcuts.ts'
import { PlacedList } from './PlacedList.tsx'
import { Placed } from './PlacedMessage.tsx'

export function RemindersPage() {
  const reminders = useQuery('reminders', {})
  return (
    <Page title={text.personal.reminders} onBack={() => go({ place: 'home' })}>
      {!reminders && <Skeleton lines={4} />}
      {reminders?.length === 0 && (
        <Empty icon={<AlarmClock size={20} />} title={text.personal.remindersNone}>
          {text.personal.remindersNoneLead}
        </Empty>
      )}
      {reminders && reminders.length > 0 && (
        <PlacedList label={text.personal.reminders}>
          {reminders.map((item) => (
            <Reminder key={`${item.channelId}/${item.seq}`} item={item} />
          ))}
        </PlacedList>
      )}
    </Page>
  )
}

function Reminder({ item }: { item: ReminderItem }) {
  const engine = useEngine()
  const { tell, tellProblem } = useTeller()
  const { channelId, seq, remindAt, due, said, channelName } = item
  const set = (at?: number) => engine.send('reminder.set', { channelId, seq, ...(at ? { at } : {}) })
  const done = () =>
    void set().then(
      () =>
        tell(text.personal.reminderDone, {
          name: text.ui.undo,
          act: () => void set(remindAt).catch(tellProblem),
        }),
      tellProblem,
    )
  return (
    <Placed
      message={item}
      unread={due}
      keys={{ [DONE_KEY]: done }}
      foot={
        <>
          {due && <span className="badge">{text.personal.due}</span>}
          <time className="tabular">{dateAndTimeOf(remindAt)}</time>
        </>
      }
    >
      <IconButton
        name={text.personal.doneNamed(said?.authorName ?? channelName)}
        icon={<Check size={20} />}
        shortcut={DONE_KEY}
        onClick={done}
      />
    </Placed>
  )
}
