/** Administration: for administrators only. */
import { Building2, ListChecks, Mail, Smile, Users } from 'lucide-react'
import { ADMIN_PLACES, type AdminPlace } from '../../route/route.ts'
import { text } from '../../text/index.ts'
import { PartsPage } from '../../ui/PartsPage.tsx'
import { AuditTrail } from './AuditTrail.tsx'
import { EmojiAdministration } from './EmojiAdministration.tsx'
import { Invitations } from './Invitations.tsx'
import { OrganisationSettings } from './OrganisationSettings.tsx'
import { UserAdministration } from './UserAdministration.tsx'

const ICONS = { people: Users, invitations: Mail, settings: Building2, emoji: Smile, audit: ListChecks }
const PARTS = {
  people: UserAdministration,
  invitations: Invitations,
  settings: OrganisationSettings,
  emoji: EmojiAdministration,
  audit: AuditTrail,
}

export function AdminPage({ part }: { part: AdminPlace | undefined }) {
  const Part = PARTS[part ?? 'people']
  return (
    <PartsPage
      title={text.admin.title}
      place="admin"
      part={part}
      parts={ADMIN_PLACES.map((each) => ({ part: each, name: text.admin.places[each], Icon: ICONS[each] }))}
    >
      <Part />
    </PartsPage>
  )
}
