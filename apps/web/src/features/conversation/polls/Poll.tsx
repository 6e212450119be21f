/** A poll: what is asked, the options as buttons with how many chose each, and who did on demand. */
import type { PollView } from '@reforms/client'
import type { ChannelId } from '@reforms/protocol'
import { Check } from 'lucide-react'
import { useEffect, useId, useRef, useState } from 'react'
import { text } from '../../../text/index.ts'
import { Button } from '../../../ui/Button.tsx'
import { ConfirmDialog } from '../../../ui/ConfirmDialog.tsx'
import { useTeller } from '../../../ui/Toasts.tsx'
import { useEngine } from '../../../watch/engine.tsx'
import type { MessageItem } from '../acts.ts'
import { MessageBody } from '../MessageBody.tsx'
import { afterChoosing } from './choosing.ts'
import './poll.css'

interface PollProps {
  poll: PollView
  message: MessageItem
  channelId: ChannelId
  mayWrite: boolean
}

export function Poll({ poll, message, channelId, mayWrite }: PollProps) {
  const engine = useEngine()
  const { tellProblem } = useTeller()
  const [named, setNamed] = useState(false)
  const question = useId()
  const { seq } = message
  const isOpen = mayWrite && seq !== undefined && !poll.ended
  const choose = (place: number) => {
    if (!isOpen) return
    engine.send('poll.vote', { channelId, seq, choices: afterChoosing(poll, place) }).catch(tellProblem)
  }
  const ending = useEnding(poll.ended === true)
  return (
    <section ref={ending.poll} className="poll" aria-labelledby={question} tabIndex={-1}>
      <div id={question} className="poll-question">
        <MessageBody words={message.text} />
      </div>
      <p className="muted small">{poll.several ? text.polls.several : text.polls.one}</p>
      <ul className="poll-options">
        {poll.options.map((option, place) => (
          <li key={place}>
            <Option option={option} of={poll.voters} isOpen={isOpen} onChoose={() => choose(place)} />
            {named && option.people.length > 0 && (
              <p className="poll-names muted small">{option.people.map(({ name }) => name).join(', ')}</p>
            )}
          </li>
        ))}
      </ul>
      <footer className="poll-foot">
        <span className="muted small tabular">
          {poll.ended ? text.polls.ended(poll.voters) : text.polls.voters(poll.voters)}
        </span>
        {poll.erased !== undefined && (
          <span className="muted small tabular">{text.polls.erased(poll.erased)}</span>
        )}
        {poll.voters > 0 && (
          <Button size="small" look="plain" aria-expanded={named} onClick={() => setNamed(!named)}>
            {named ? text.polls.hideNames : text.polls.showNames}
          </Button>
        )}
        {isOpen && message.mine && (
          <Button size="small" look="plain" onClick={ending.ask}>
            {text.polls.end}
          </Button>
        )}
      </footer>
      {ending.asked && seq !== undefined && (
        <ConfirmDialog
          title={text.polls.endTitle}
          verb={text.polls.end}
          onConfirm={async () => {
            await engine.send('poll.end', { channelId, seq })
            ending.done()
          }}
          onClose={ending.close}
        >
          <p>{text.polls.endLead}</p>
        </ConfirmDialog>
      )}
    </section>
  )
}

/** The button goes with the end of the poll: whoever pressed it stays at the poll. */
function useEnding(ended: boolean) {
  const [asked, setAsked] = useState(false)
  const endedHere = useRef(false)
  const poll = useRef<HTMLElement>(null)
  useEffect(() => {
    if (!ended || asked || !endedHere.current) return
    endedHere.current = false
    if (document.activeElement === document.body) poll.current?.focus({ preventScroll: true })
  }, [ended, asked])
  return {
    poll,
    asked,
    ask: () => setAsked(true),
    close: () => setAsked(false),
    done: () => {
      endedHere.current = true
    },
  }
}

interface OptionProps {
  option: PollView['options'][number]
  /** People who voted. */
  of: number
  isOpen: boolean
  onChoose: () => void
}

function Option({ option, of, isOpen, onChoose }: OptionProps) {
  const { mine, people } = option
  const share = of === 0 ? 0 : people.length / of
  return (
    <button
      type="button"
      className={mine ? 'poll-option poll-mine' : 'poll-option'}
      aria-pressed={mine}
      aria-disabled={!isOpen}
      aria-label={text.polls.option(option.text, people.length, share)}
      onClick={onChoose}
    >
      <span className="poll-share" style={{ inlineSize: `${Math.round(share * 100)}%` }} aria-hidden="true" />
      <span className="poll-mark" aria-hidden="true">
        {mine && <Check size={12} />}
      </span>
      <bdi className="poll-words">{option.text}</bdi>
      <span className="poll-count tabular">{people.length}</span>
    </button>
  )
}
