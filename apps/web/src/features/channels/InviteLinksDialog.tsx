/** Invite links to a channel: making one, and those that are out. */
import type { ChannelView } from '@reforms/client'
import type { ChannelLink } from '@reforms/protocol'
import { useCallback, useEffect, useState } from 'react'
import { hashOf } from '../../route/route.ts'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Callout } from '../../ui/Callout.tsx'
import { distanceOf } from '../../ui/clock.ts'
import { CopyField } from '../../ui/CopyField.tsx'
import { Dialog, DialogActions, DialogBody } from '../../ui/Dialog.tsx'
import { SelectField } from '../../ui/Field.tsx'
import { useTeller } from '../../ui/Toasts.tsx'
import { useIntent, usePeople } from '../../watch/engine.tsx'

type Hours = keyof typeof text.links.expiries
type Uses = keyof typeof text.links.usesOptions
const HOURS: readonly Hours[] = ['24', '168', '720']
const USES: readonly Uses[] = ['1', '10', '100', '1000']

export function InviteLinksDialog({ channel, onClose }: { channel: ChannelView; onClose: () => void }) {
  const [secret, setSecret] = useState<string>()
  return (
    <Dialog title={text.links.title(channel.name)} onClose={onClose}>
      {secret ? (
        <DialogBody>
          <CopyField label={text.links.link} value={addressOf(secret)} hint={text.links.doneLead} />
        </DialogBody>
      ) : (
        <LinkForm channel={channel} onSecret={setSecret} onClose={onClose} />
      )}
    </Dialog>
  )
}

function addressOf(secret: string): string {
  return `${location.origin}${location.pathname}${hashOf({ place: 'invite', secret })}`
}

interface LinkFormProps {
  channel: ChannelView
  onSecret: (secret: string) => void
  onClose: () => void
}

function LinkForm({ channel, onSecret, onClose }: LinkFormProps) {
  const [uses, setUses] = useState<Uses>('10')
  const [hours, setHours] = useState<Hours>('168')
  const create = useIntent('channelLink.create')
  const { channelId, kind } = channel
  const submit = async () => {
    const made = await create.send({ channelId, uses: Number(uses), expiresInHours: Number(hours) })
    if (made) onSecret(made.output.secret)
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <DialogBody>
        {kind !== 'direct' && <p className="muted small">{text.links.lead[kind]}</p>}
        <SelectField
          label={text.links.uses}
          value={uses}
          options={USES.map((value) => ({ value, label: text.links.usesOptions[value] }))}
          onValue={setUses}
        />
        <SelectField
          label={text.links.expires}
          value={hours}
          options={HOURS.map((value) => ({ value, label: text.links.expiries[value] }))}
          onValue={setHours}
        />
        {create.problem && <Callout look="negative">{create.problem.message}</Callout>}
        <GoodLinks channel={channel} />
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>{text.ui.cancel}</Button>
        <Button type="submit" look="primary" busy={create.busy}>
          {text.links.create}
        </Button>
      </DialogActions>
    </form>
  )
}

/** Nothing where there are none. */
function GoodLinks({ channel: { channelId } }: { channel: ChannelView }) {
  const { send } = useIntent('channelLink.list')
  const [links, setLinks] = useState<ChannelLink[]>([])
  const read = useCallback(
    () => void send({ channelId }).then((found) => found && setLinks(found.output)),
    [send, channelId],
  )
  useEffect(read, [read])
  if (links.length === 0) return null
  return (
    <section className="stack-close" aria-label={text.links.good}>
      <h3 className="field-label">{text.links.good}</h3>
      <ul className="rows">
        {links.map((link) => (
          <GoodLink key={link.linkId} link={link} channelId={channelId} onRevoked={read} />
        ))}
      </ul>
    </section>
  )
}

interface GoodLinkProps {
  link: ChannelLink
  channelId: ChannelView['channelId']
  onRevoked: () => void
}

function GoodLink({ link, channelId, onRevoked }: GoodLinkProps) {
  const revoke = useIntent('channelLink.revoke')
  const { tell } = useTeller()
  const maker = usePeople().find(({ userId }) => userId === link.createdBy)
  const now = Date.now()
  const made = distanceOf(link.createdAt, now)
  const submit = async () => {
    if (!(await revoke.send({ channelId, linkId: link.linkId }))) return
    tell(text.links.revoked)
    onRevoked()
  }
  return (
    <li>
      <div className="grow">
        <p dir="auto">{text.links.madeBy(maker?.displayName ?? text.admin.somebody, made)}</p>
        <p className="muted small">
          {text.links.left(link.usesLeft, link.uses)} · {text.admin.expires(distanceOf(link.expiresAt, now))}
        </p>
      </div>
      <Button
        size="small"
        busy={revoke.busy}
        aria-label={text.links.revokeNamed(made)}
        onClick={() => void submit()}
      >
        {text.links.revoke}
      </Button>
    </li>
  )
}
