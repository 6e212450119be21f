/** Everybody in the organisation. */
import type { Person } from '@reforms/client'
import { UsersRound } from 'lucide-react'
import { useState } from 'react'
import { go } from '../../route/useRoute.ts'
import { text } from '../../text/index.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Button } from '../../ui/Button.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { TextField } from '../../ui/Field.tsx'
import { Page } from '../../ui/Page.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { useMe, useQuery } from '../../watch/engine.tsx'
import { StatusMark } from '../status/StatusMark.tsx'
import { findPeople } from './find-people.ts'
import { GuestMark } from './GuestMark.tsx'
import { PersonDialog } from './PersonDialog.tsx'
import { Teams } from './Teams.tsx'
import { useWriteTo } from './useWriteTo.ts'

export function PeoplePage() {
  const people = useQuery('people', {})
  const me = useMe()
  const [words, setWords] = useState('')
  const [shown, setShown] = useState<Person>()
  const found = findPeople(people ?? [], words)
  return (
    <Page title={text.people.title} onBack={() => go({ place: 'home' })}>
      <div className="stack">
        <TextField
          hideLabel
          type="search"
          label={text.people.find}
          placeholder={text.people.find}
          value={words}
          onValue={setWords}
        />
        {!people && <Skeleton lines={4} />}
        <ul className="rows">
          {found.map((person) => (
            <PersonRow
              key={person.userId}
              person={person}
              mine={person.userId === me?.userId}
              onOpen={() => setShown(person)}
            />
          ))}
        </ul>
        {people && found.length === 0 && <Empty title={text.people.none} />}
        {people?.length === 1 && (
          <Empty icon={<UsersRound size={20} />} title={text.people.alone}>
            {text.people.aloneLead}
          </Empty>
        )}
        {words === '' && <Teams />}
      </div>
      {shown && <PersonDialog person={shown} onClose={() => setShown(undefined)} />}
    </Page>
  )
}

function PersonRow({ person, mine, onOpen }: { person: Person; mine: boolean; onOpen: () => void }) {
  const writeTo = useWriteTo()
  return (
    <li>
      <button type="button" className="member-open" onClick={onOpen}>
        <Avatar name={person.displayName} seed={person.colourSeed} presence={person.presence} />
        <span className="grow">
          <span className="row">
            <bdi className="member-name truncate rows-name">{person.displayName}</bdi>
            <StatusMark shows={person.shows} words="shown" />
          </span>
          <span className="muted small">
            {person.userName}
            {person.role !== 'member' && person.role !== 'guest' && ` · ${text.people.roles[person.role]}`}
            <span className="hidden-visually">, {text.frame.presence[person.presence]}</span>
          </span>
        </span>
        <GuestMark userId={person.userId} />
        {mine && <span className="tag">{text.people.you}</span>}
        {!person.active && <span className="tag">{text.people.inactive}</span>}
      </button>
      {!mine && person.active && (
        <Button
          size="small"
          aria-label={text.people.writeTo(person.displayName)}
          onClick={() => writeTo(person.userId)}
        >
          {text.people.write}
        </Button>
      )}
    </li>
  )
}
