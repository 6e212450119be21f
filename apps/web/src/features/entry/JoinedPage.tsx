/** The moment after: the organisation is ready, or you are welcome; and what to do first. */
import type { IntentOutput } from '@reforms/client'
import { useState } from 'react'
import { go } from '../../route/useRoute.ts'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
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
  return (
    <EntryLayout title={text.entry.readyTitle(link.organisation)} lead={text.entry.readyLead}>
      <div className="entry-actions">
        <Button look="primary" autoFocus onClick={() => go({ place: 'admin', part: 'invitations' })}>
          {text.entry.invitePeople}
        </Button>
        <Button onClick={() => go({ place: 'home' })}>{text.entry.later}</Button>
      </div>
    </EntryLayout>
  )
}
