/** The moment after: the organisation is ready, or you are welcome; and what to do first. */
import type { IntentOutput } from '@reforms/client'
import { NAME_MAX_CHARACTERS } from '@reforms/protocol/limits'
import { useState } from 'react'
import type { Route } from '../../route/route.ts'
import { go } from '../../route/useRoute.ts'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Callout } from '../../ui/Callout.tsx'
import { TextField } from '../../ui/Field.tsx'
import { useIntent } from '../../watch/engine.tsx'
import { EntryLayout } from './EntryLayout.tsx'

export function JoinedPage({ link, name }: { link: IntentOutput<'link.check'>; name: string }) {
  const [first] = useState(() => name.split(/\s+/u)[0] ?? name)
  if (link.purpose !== 'setup') {
    return (
      <EntryLayout title={text.entry.welcomeTitle(first)} lead={text.entry.welcomeLead}>
        <div className="entry-actions">
          <Button look="primary" autoFocus onClick={() => go({ place: 'home' })}>
            {text.entry.openMessages}
          </Button>
        </div>
      </EntryLayout>
    )
  }
  return <OrganisationReady name={link.organisation} />
}

function OrganisationReady({ name: given }: { name: string }) {
  const [name, setName] = useState(given)
  const update = useIntent('settings.update')
  const leaveTo = async (route: Route) => {
    const organisation = name.trim()
    const kept = organisation === '' || organisation === given || (await update.send({ organisation }))
    if (kept) go(route)
  }
  return (
    <EntryLayout title={text.entry.readyTitle} lead={text.entry.readyLead}>
      <TextField
        label={text.entry.organisationName}
        value={name}
        maxLength={NAME_MAX_CHARACTERS}
        dir="auto"
        autoComplete="organization"
        onValue={setName}
      />
      {update.problem && <Callout look="negative">{update.problem.message}</Callout>}
      <div className="entry-actions">
        <Button
          look="primary"
          autoFocus
          busy={update.busy}
          onClick={() => void leaveTo({ place: 'admin', part: 'invitations' })}
        >
          {text.entry.invitePeople}
        </Button>
        <Button onClick={() => void leaveTo({ place: 'home' })}>{text.entry.later}</Button>
      </div>
    </EntryLayout>
  )
}
