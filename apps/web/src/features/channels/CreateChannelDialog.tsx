/** Makes a channel: its name, who can join, what newcomers can read, whom to add at once. */
import type { HistoryRule, UserId } from '@reforms/protocol'
import { NAME_MAX_CHARACTERS, TOPIC_MAX_CHARACTERS } from '@reforms/protocol/limits'
import { useState } from 'react'
import { go } from '../../route/useRoute.ts'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Callout } from '../../ui/Callout.tsx'
import { Choice } from '../../ui/Choice.tsx'
import { Dialog, DialogActions, DialogBody } from '../../ui/Dialog.tsx'
import { TextField } from '../../ui/Field.tsx'
import { useIntent, useMe } from '../../watch/engine.tsx'
import { PeoplePicker } from './PeoplePicker.tsx'

type Kind = 'public' | 'private'

const KINDS = [
  { value: 'public', label: text.channels.kindPublic, explanation: text.channels.kindPublicExplained },
  { value: 'private', label: text.channels.kindPrivate, explanation: text.channels.kindPrivateExplained },
] as const
const HISTORIES = [
  {
    value: 'joining',
    label: text.channels.historyJoining,
    explanation: text.channels.historyJoiningExplained,
  },
  { value: 'all', label: text.channels.historyAll, explanation: text.channels.historyAllExplained },
] as const

export function CreateChannelDialog({ onClose }: { onClose: () => void }) {
  const me = useMe()
  const [kind, setKind] = useState<Kind>('public')
  const [name, setName] = useState('')
  const [topic, setTopic] = useState('')
  const [history, setHistory] = useState<HistoryRule>('joining')
  const [members, setMembers] = useState<UserId[]>([])
  const create = useIntent('channel.create')
  const submit = async () => {
    const rule = kind === 'public' ? 'all' : history
    const made = await create.send({ kind, name: name.trim(), topic: topic.trim(), history: rule, members })
    if (!made) return
    onClose()
    go({ place: 'channel', channelId: made.output.channelId })
  }
  const { problem } = create
  const taken = problem?.code === 'name-taken' || problem?.code === 'already-exists'
  const refused = problem?.code === 'forbidden' && kind === 'public'
  return (
    <Dialog title={text.channels.createTitle} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <DialogBody>
          <TextField
            label={text.channels.name}
            placeholder={text.channels.namePlaceholder}
            value={name}
            maxLength={NAME_MAX_CHARACTERS}
            error={taken ? text.channels.nameTaken : undefined}
            dir="auto"
            autoFocus
            onValue={setName}
          />
          <TextField
            label={text.channels.topic}
            hint={text.channels.topicHint}
            value={topic}
            maxLength={TOPIC_MAX_CHARACTERS}
            dir="auto"
            onValue={setTopic}
          />
          <Choice label={text.channels.kind} value={kind} options={KINDS} onValue={setKind} />
          {kind === 'private' && (
            <Choice label={text.channels.history} value={history} options={HISTORIES} onValue={setHistory} />
          )}
          <PeoplePicker
            label={text.channels.people}
            chosen={members}
            without={me ? [me.userId] : []}
            onChosen={setMembers}
          />
          {problem && !taken && (
            <Callout look="negative">{refused ? text.channels.publicRefused : problem.message}</Callout>
          )}
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>{text.ui.cancel}</Button>
          <Button type="submit" look="primary" busy={create.busy} disabled={name.trim() === ''}>
            {text.channels.create}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
