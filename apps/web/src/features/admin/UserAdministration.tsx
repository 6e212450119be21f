/** Everybody's account: role, password, sessions, deactivation, a lost identity. */
import type { ManagedUser, Role } from '@reforms/protocol'
import { useState } from 'react'
import { text } from '../../text/index.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Callout } from '../../ui/Callout.tsx'
import { dateAndTimeOf, distanceOf } from '../../ui/clock.ts'
import { Empty } from '../../ui/Empty.tsx'
import { SelectField, TextField } from '../../ui/Field.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { useTeller } from '../../ui/Toasts.tsx'
import { useEngine, usePeople } from '../../watch/engine.tsx'
import { useLater } from './useLater.ts'
import { useFetched } from './useFetched.ts'
import { UserActions } from './UserActions.tsx'
import './admin.css'

export function UserAdministration() {
  const [words, setWords] = useState('')
  const search = useLater(words.trim())
  const users = useFetched('admin.listUsers', search ? { search } : {})
  return (
    <div className="stack">
      <TextField
        hideLabel
        type="search"
        label={text.admin.find}
        placeholder={text.admin.find}
        value={words}
        onValue={setWords}
      />
      {users.problem && <Callout look="negative">{users.problem}</Callout>}
      {!users.value && !users.problem && <Skeleton lines={4} />}
      {users.value?.length === 0 && <Empty title={text.admin.none} />}
      <ul className="rows" aria-label={text.admin.places.people}>
        {users.value?.map((user) => (
          <UserRow key={user.userId} user={user} onChange={users.refresh} />
        ))}
      </ul>
    </div>
  )
}

function UserRow({ user, onChange }: { user: ManagedUser; onChange: () => void }) {
  const seed = usePeople().find((person) => person.userId === user.userId)?.colourSeed ?? ''
  const seen = user.lastSeenAt
    ? text.admin.seen(distanceOf(user.lastSeenAt, Date.now()))
    : text.admin.neverSeen
  return (
    <li className="user-row">
      <Avatar name={user.displayName} seed={seed} />
      <div className="grow user-words">
        <p className="rows-name">
          <bdi>{user.displayName}</bdi> <UserTags user={user} />
        </p>
        <p className="muted small">
          {[user.userName, text.admin.deviceCount(user.deviceCount), seen].join(' · ')}
        </p>
      </div>
      <RoleChoice user={user} onChange={onChange} />
      <UserActions user={user} onChange={onChange} />
    </li>
  )
}

function UserTags({ user }: { user: ManagedUser }) {
  const reset = () => {
    if (user.resetAt !== undefined) return text.admin.resetFrom(dateAndTimeOf(user.resetAt))
    return user.resetRequestedAt === undefined ? undefined : text.admin.resetAsked
  }
  return (
    <>
      {!user.active && <span className="tag">{text.admin.inactive}</span>}
      {reset() && <span className="tag tag-caution">{reset()}</span>}
    </>
  )
}

const ROLES: readonly Role[] = ['member', 'guest', 'moderator', 'administrator']

function RoleChoice({ user, onChange }: { user: ManagedUser; onChange: () => void }) {
  const engine = useEngine()
  const { tell, tellProblem } = useTeller()
  const change = (role: Role) =>
    void engine
      .send('admin.updateUser', { userId: user.userId, role })
      .then(() => tell(text.ui.saved), tellProblem)
      .finally(onChange)
  return (
    <div className="user-role">
      <SelectField
        hideLabel
        label={text.admin.roleOf(user.displayName)}
        value={user.role}
        options={ROLES.map((role) => ({ value: role, label: text.admin.roles[role] }))}
        onValue={change}
      />
    </div>
  )
}
