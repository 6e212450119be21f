/** Everybody in the organisation, and beside them the teams. */
import type { Person } from '@reforms/client'
import { UsersRound } from 'lucide-react'
import { useState } from 'react'
import { go } from '../../route/useRoute.ts'
import { text } from '../../text/index.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Button } from '../../ui/Button.tsx'
import { Choice } from '../../ui/Choice.tsx'
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
import { useMayMakeTeams } from './useMayMakeTeams.ts'
import { useWriteTo } from './useWriteTo.ts'

const SHOWS = [
  { value: 'people', label: text.people.title },
  { value: 'teams', label: text.teams.title },
] as const
type Show = (typeof SHOWS)[number]['value']

/** Teams have no part of their own where there are none and nobody here may make one. */
export function PeoplePage() {
  const [show, setShow] = useState<Show>('people')
  const teams = useQuery('teams', {}) ?? []
  const mayMake = useMayMakeTeams()
  const hasTeams = teams.length > 0 || mayMake
  return (
    <Page title={text.people.title} onBack={() => go({ place: 'home' })}>
      <div className="stack">
        {hasTeams && (
          <Choice
            hideLabel
            label={text.people.show}
            look="segments"
            value={show}
            options={SHOWS}
            onValue={setShow}
          />
        )}
        {hasTeams && show === 'teams' ? <Teams teams={teams} mayMake={mayMake} /> : <Everybody />}
      </div>
    </Page>
  )
}

function Everybody() {
  const people = useQuery('people', {})
  const me = useMe()
  const [words, setWords] = useState('')
  const [shown, setShown] = useState<Person>()
  const found = findPeople(people ?? [], words)
  return (
    <>
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
      {shown && <PersonDialog person={shown} onClose={() => setShown(undefined)} />}
    </>
  )
}

function PersonRow({ person, mine, onOpen }: { person: Person; mine: boolean; onOpen: () => void }) {
  const write = useWriteTo()(person.userId)
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
      {!mine && person.active && write && (
        <Button size="small" aria-label={text.people.writeTo(person.displayName)} onClick={write}>
          {text.people.write}
        </Button>
      )}
    </li>
  )
}
