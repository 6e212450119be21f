/** Who somebody is: name, role, devices, and the safety number to compare. */
import type { Member, Person } from '@reforms/client'
import { MessageCircle } from 'lucide-react'
import { useState } from 'react'
import { text } from '../../text/index.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Button } from '../../ui/Button.tsx'
import { Callout } from '../../ui/Callout.tsx'
import { untilOf } from '../../ui/clock.ts'
import { Dialog, DialogBody } from '../../ui/Dialog.tsx'
import { useIntent, useMe } from '../../watch/engine.tsx'
import { StatusMark } from '../status/StatusMark.tsx'
import { useWriteTo } from './useWriteTo.ts'
import './people.css'

interface PersonDialogProps {
  person: Person
  devices?: Member['devices']
  onClose: () => void
}

export function PersonDialog({ person, devices, onClose }: PersonDialogProps) {
  const me = useMe()
  const write = useWriteTo()(person.userId)
  const mine = person.userId === me?.userId
  return (
    <Dialog title={person.displayName} onClose={onClose}>
      <DialogBody>
        <div className="person-top">
          <Avatar
            size="large"
            name={person.displayName}
            seed={person.colourSeed}
            presence={person.presence}
          />
          <div className="grow">
            <p>{person.userName}</p>
            <p className="muted small">
              {text.people.roles[person.role]} · {text.frame.presence[person.presence]}
            </p>
            <Status person={person} />
          </div>
          {!mine && person.active && write && (
            <Button
              look="primary"
              icon={<MessageCircle size={16} />}
              onClick={() => {
                onClose()
                write()
              }}
            >
              {text.people.write}
            </Button>
          )}
        </div>
        {devices && devices.length > 0 && (
          <section className="stack-close">
            <h3>{text.people.devices}</h3>
            <ul className="entry-list">
              {devices.map((device) => (
                <li key={device.deviceId} dir="auto">
                  {device.name}
                </li>
              ))}
            </ul>
          </section>
        )}
        {!mine && <SafetyNumber person={person} />}
      </DialogBody>
    </Dialog>
  )
}

function Status({ person: { shows } }: { person: Person }) {
  const until = shows?.status?.until
  if (!shows) return null
  return (
    <p className="small">
      <StatusMark shows={shows} words="shown" />
      {until !== undefined && (
        <span className="muted"> {text.status.shownUntil(untilOf(until, Date.now()))}</span>
      )}
    </p>
  )
}

function SafetyNumber({ person }: { person: Person }) {
  const ask = useIntent('safety.number')
  const [answer, setAnswer] = useState<{ number: string; notice?: string }>()
  const show = async () => {
    setAnswer((await ask.send({ userId: person.userId }))?.output)
  }
  return (
    <section className="stack-close">
      <h3>{text.people.safetyTitle}</h3>
      <p className="muted small">{text.people.safetyLead(person.displayName)}</p>
      {answer?.notice && <Callout look="caution">{answer.notice}</Callout>}
      {answer ? (
        <ol className="safety" aria-label={text.people.safetyTitle} dir="ltr">
          {groupsOf(answer.number).map((group, index) => (
            <li key={index}>{group}</li>
          ))}
        </ol>
      ) : (
        <div className="row">
          <Button busy={ask.busy} onClick={() => void show()}>
            {text.people.safetyShow}
          </Button>
        </div>
      )}
      {ask.problem && <Callout look="negative">{ask.problem.message}</Callout>}
    </section>
  )
}

/** Groups of five digits, as they are read aloud. */
export function groupsOf(number: string): string[] {
  return number.replace(/\s+/g, '').match(/.{1,5}/g) ?? []
}
