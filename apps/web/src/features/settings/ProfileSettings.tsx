/** What one is called and what others see of it, a copy of what is one's own, and the way out. */
import { NAME_MAX_CHARACTERS } from '@reforms/protocol/limits'
import { Download, LogOut } from 'lucide-react'
import { useState } from 'react'
import { text } from '../../text/index.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Button } from '../../ui/Button.tsx'
import { Callout } from '../../ui/Callout.tsx'
import { TextField } from '../../ui/Field.tsx'
import { Section } from '../../ui/Page.tsx'
import { useTeller } from '../../ui/Toasts.tsx'
import { useOpenSheet } from '../frame/sheets.ts'
import { StatusMark } from '../status/StatusMark.tsx'
import { ReceiptSettings } from '../status/ReceiptSettings.tsx'
import { useIntent, useMe, usePeople, useQuery } from '../../watch/engine.tsx'

export function ProfileSettings() {
  const openSheet = useOpenSheet()
  return (
    <>
      <ProfileForm />
      <Section title={text.export.ownTitle} lead={text.export.ownLead}>
        <div className="row">
          <Button icon={<Download size={16} />} onClick={() => openSheet('export')}>
            {text.export.own}
          </Button>
        </div>
      </Section>
      <Section title={text.settings.thisBrowser} lead={text.frame.signOutLead}>
        <div className="row">
          <Button icon={<LogOut size={16} />} onClick={() => openSheet('sign-out')}>
            {text.frame.signOut}
          </Button>
        </div>
      </Section>
    </>
  )
}

function ProfileForm() {
  const me = useMe()
  const seed = usePeople().find((person) => person.userId === me?.userId)?.colourSeed ?? ''
  const { tell } = useTeller()
  const update = useIntent('profile.update')
  const [typed, setName] = useState<string>()
  if (!me) return null
  const name = typed ?? me.displayName
  const changed = name.trim() !== '' && name.trim() !== me.displayName
  return (
    <form
      className="stack section"
      onSubmit={(event) => {
        event.preventDefault()
        void update.send({ displayName: name.trim() }).then((done) => done && tell(text.ui.saved))
      }}
    >
      <Avatar size="large" name={name} seed={seed} />
      <OwnStatusLine />
      <TextField
        label={text.settings.name}
        hint={text.settings.nameHint}
        value={name}
        maxLength={NAME_MAX_CHARACTERS}
        dir="auto"
        autoComplete="name"
        onValue={setName}
      />
      <TextField
        label={text.settings.userName}
        hint={text.settings.userNameHint}
        value={me.userName}
        readOnly
        onValue={() => undefined}
      />
      <p className="small muted">
        {text.settings.role}: {text.people.roles[me.role]}
      </p>
      <ReceiptSettings />
      {update.problem && <Callout look="negative">{update.problem.message}</Callout>}
      <div className="row">
        <Button type="submit" look="primary" busy={update.busy} disabled={!changed}>
          {text.ui.save}
        </Button>
      </div>
    </form>
  )
}

/** The way to it where there is no menu of one's own picture, as on a phone. */
function OwnStatusLine() {
  const open = useOpenSheet()
  const own = useQuery('ownStatus', {})
  return (
    <div className="row">
      {(own?.status ?? own?.quietUntil) !== undefined && <StatusMark shows={own} words="shown" />}
      <Button onClick={() => open('status')}>{own?.status ? text.status.change : text.status.set}</Button>
    </div>
  )
}
