/** The rules that a channel's moderators set: who writes, what newcomers can read, how long messages are kept. */
import type { ChannelView } from '@reforms/client'
import type { HistoryRule, Writers } from '@reforms/protocol'
import { useState } from 'react'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Callout } from '../../ui/Callout.tsx'
import { Choice } from '../../ui/Choice.tsx'
import { Dialog, DialogActions, DialogBody } from '../../ui/Dialog.tsx'
import { SelectField } from '../../ui/Field.tsx'
import { useIntent } from '../../watch/engine.tsx'

const HISTORIES = [
  {
    value: 'joining',
    label: text.channels.historyJoining,
    explanation: text.channels.historyJoiningExplained,
  },
  {
    value: 'invited',
    label: text.channels.historyInvited,
    explanation: text.channels.historyInvitedExplained,
  },
  { value: 'all', label: text.channels.historyAll, explanation: text.channels.historyAllNow },
] as const

/** Into a public channel people come by themselves: nobody waits to be let in. */
function historiesOf({ kind, history }: ChannelView) {
  return HISTORIES.filter(({ value }) => value !== 'invited' || kind === 'private' || history === value)
}

const WRITERS = [
  {
    value: 'members',
    label: text.channels.writersMembers,
    explanation: text.channels.writersMembersExplained,
  },
  {
    value: 'moderators',
    label: text.channels.writersModerators,
    explanation: text.channels.writersModeratorsExplained,
  },
] as const

/** Days: a day, a week, a month, three months, a year. */
const RETENTIONS = [0, 1, 7, 30, 90, 365]

export function RulesDialog({ channel, onClose }: { channel: ChannelView; onClose: () => void }) {
  const [history, setHistory] = useState<HistoryRule>(channel.history)
  const [writers, setWriters] = useState<Writers>(channel.writers)
  const [days, setDays] = useState(channel.retentionDays)
  const change = useIntent('channel.changePolicy')
  const describe = useIntent('channel.describe')
  const problem = change.problem ?? describe.problem
  // Only what is changed here: others may have changed the rest meanwhile.
  const [opened] = useState(channel)
  const submit = async () => {
    const { channelId } = channel
    if (writers !== opened.writers && !(await describe.send({ channelId, writers }))) return
    const rules = {
      ...(history === opened.history ? {} : { history }),
      ...(days === opened.retentionDays ? {} : { retentionDays: days }),
    }
    if (Object.keys(rules).length === 0 || (await change.send({ channelId, ...rules }))) onClose()
  }
  return (
    <Dialog title={text.channels.rulesTitle} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <DialogBody>
          <Choice label={text.channels.writers} value={writers} options={WRITERS} onValue={setWriters} />
          <Choice
            label={text.channels.history}
            value={history}
            options={historiesOf(channel)}
            onValue={setHistory}
          />
          <SelectField
            label={text.channels.retention}
            hint={days > 0 ? text.channels.retentionNote : undefined}
            value={String(days)}
            options={optionsWith(channel.retentionDays)}
            onValue={(value) => setDays(Number(value))}
          />
          {problem && <Callout look="negative">{problem.message}</Callout>}
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>{text.ui.cancel}</Button>
          <Button type="submit" look="primary" busy={change.busy || describe.busy}>
            {text.ui.save}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}

/** With what holds now, whoever has set it. */
function optionsWith(now: number) {
  return [...new Set([...RETENTIONS, now])]
    .sort((a, b) => a - b)
    .map((days) => ({ value: String(days), label: text.channels.retentionOption(days) }))
}
