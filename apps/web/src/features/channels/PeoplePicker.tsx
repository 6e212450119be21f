/** Chooses people by name: a field that finds, a list to tick, and the chosen ones above it. */
import type { Person } from '@reforms/client'
import type { UserId } from '@reforms/protocol'
import { Check, X } from 'lucide-react'
import { useMemo, useState } from 'react'
import { text } from '../../text/index.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { TextField } from '../../ui/Field.tsx'
import { usePeople } from '../../watch/engine.tsx'
import { GuestMark } from '../people/GuestMark.tsx'
import { findPeople } from '../people/find-people.ts'

/** More than that is found by typing more of the name. */
const MOST_SHOWN = 100

interface PeoplePickerProps {
  label: string
  chosen: UserId[]
  onChosen: (chosen: UserId[]) => void
  /** Who cannot be chosen, such as those who are in already. */
  without: readonly string[]
  autoFocus?: boolean
}

export function PeoplePicker({ label, chosen, onChosen, without, autoFocus }: PeoplePickerProps) {
  const people = usePeople()
  const [words, setWords] = useState('')
  const possible = useMemo(
    () => people.filter((person) => person.active && !without.includes(person.userId)),
    [people, without],
  )
  const found = findPeople(possible, words).slice(0, MOST_SHOWN)
  const toggle = (userId: UserId) =>
    onChosen(chosen.includes(userId) ? chosen.filter((each) => each !== userId) : [...chosen, userId])
  return (
    <div className="person-picker">
      <TextField
        label={label}
        placeholder={text.channels.peopleFind}
        value={words}
        autoFocus={autoFocus}
        autoComplete="off"
        onValue={setWords}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !found[0] || words === '') return
          event.preventDefault()
          toggle(found[0].userId)
          setWords('')
        }}
      />
      <Chosen people={possible.filter((person) => chosen.includes(person.userId))} onRemove={toggle} />
      <div className="person-choices" role="group" aria-label={label}>
        {found.map((person) => (
          <PersonChoice
            key={person.userId}
            person={person}
            chosen={chosen.includes(person.userId)}
            onToggle={() => toggle(person.userId)}
          />
        ))}
        {found.length === 0 && <p className="list-none muted small">{text.channels.peopleNone}</p>}
      </div>
    </div>
  )
}

function Chosen({ people, onRemove }: { people: Person[]; onRemove: (userId: UserId) => void }) {
  if (people.length === 0) return null
  return (
    <ul className="chips" aria-label={text.channels.chosen}>
      {people.map((person) => (
        <li key={person.userId}>
          <button
            type="button"
            className="chip"
            aria-label={text.channels.remove(person.displayName)}
            onClick={() => onRemove(person.userId)}
          >
            <bdi className="truncate">{person.displayName}</bdi>
            <X size={12} aria-hidden="true" />
          </button>
        </li>
      ))}
    </ul>
  )
}

function PersonChoice({
  person,
  chosen,
  onToggle,
}: {
  person: Person
  chosen: boolean
  onToggle: () => void
}) {
  return (
    <button type="button" role="checkbox" aria-checked={chosen} className="person-choice" onClick={onToggle}>
      <Avatar size="small" name={person.displayName} seed={person.colourSeed} />
      <span className="grow truncate">
        <bdi>{person.displayName}</bdi> <span className="muted small">{person.userName}</span>{' '}
        <GuestMark userId={person.userId} />
      </span>
      <span className="person-check" aria-hidden="true">
        <Check size={12} strokeWidth={3} />
      </span>
    </button>
  )
}
