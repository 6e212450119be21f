/** Invitations that are out, and making another. */
import type { Invitation } from '@reforms/protocol'
import { Mail, Plus } from 'lucide-react'
import { useState } from 'react'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Callout } from '../../ui/Callout.tsx'
import { distanceOf } from '../../ui/clock.ts'
import { Empty } from '../../ui/Empty.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { useIntent, usePeople } from '../../watch/engine.tsx'
import { InviteDialog } from './InviteDialog.tsx'
import { useFetched } from './useFetched.ts'

export function Invitations() {
  const [making, setMaking] = useState(false)
  const invitations = useFetched('invitation.list', {})
  const make = (
    <Button look="primary" icon={<Plus size={16} />} onClick={() => setMaking(true)}>
      {text.admin.invite}
    </Button>
  )
  return (
    <div className="stack">
      {invitations.problem && <Callout look="negative">{invitations.problem}</Callout>}
      {!invitations.value && !invitations.problem && <Skeleton lines={3} />}
      {invitations.value?.length === 0 && (
        <Empty icon={<Mail size={20} />} title={text.admin.inviteNone} action={make}>
          {text.admin.inviteNoneLead}
        </Empty>
      )}
      {invitations.value && invitations.value.length > 0 && (
        <>
          <p className="muted">{text.admin.invitesLead}</p>
          <div className="row">{make}</div>
          <ul className="rows" aria-label={text.admin.places.invitations}>
            {invitations.value.map((invitation) => (
              <InvitationRow
                key={invitation.invitationId}
                invitation={invitation}
                onChange={invitations.refresh}
              />
            ))}
          </ul>
        </>
      )}
      {making && (
        <InviteDialog
          onClose={() => {
            setMaking(false)
            invitations.refresh()
          }}
        />
      )}
    </div>
  )
}

/** Why a link does not work any more; undefined while it does. */
export function overBecause(invitation: Invitation, now: number): string | undefined {
  if (invitation.revoked) return text.admin.revoked
  if (invitation.usesLeft === 0) return text.admin.usedUp
  return invitation.expiresAt <= now ? text.admin.expired : undefined
}

function InvitationRow({ invitation, onChange }: { invitation: Invitation; onChange: () => void }) {
  const revoke = useIntent('invitation.revoke')
  const maker = usePeople().find((person) => person.userId === invitation.createdBy)
  const now = Date.now()
  const over = overBecause(invitation, now)
  const name = invitation.note || text.admin.unnamed
  const { invitationId } = invitation
  const facts = [
    text.admin.roles[invitation.role],
    text.admin.uses(invitation.usesLeft, invitation.uses),
    over ? undefined : text.admin.expires(distanceOf(invitation.expiresAt, now)),
    maker && text.admin.madeBy(maker.displayName),
  ]
  return (
    <li>
      <div className="grow">
        <p className={invitation.note ? 'rows-name' : 'muted'} dir="auto">
          {name}
        </p>
        <p className="muted small">{facts.filter(Boolean).join(' · ')}</p>
        {revoke.problem && <p className="field-error small">{revoke.problem.message}</p>}
      </div>
      {over ? (
        <span className="tag">{over}</span>
      ) : (
        <Button
          size="small"
          busy={revoke.busy}
          aria-label={text.admin.revokeNamed(name)}
          onClick={() => void revoke.send({ invitationId }).then((done) => done && onChange())}
        >
          {text.admin.revoke}
        </Button>
      )}
    </li>
  )
}
