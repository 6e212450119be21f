/** What an administrator can do about one account, each asked back where it matters. */
import type { ManagedUser } from '@reforms/protocol'
import { Ellipsis, KeyRound, LogOut, UserRoundCheck, UserRoundX, Fingerprint } from 'lucide-react'
import { useState } from 'react'
import { text } from '../../text/index.ts'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { CopyField } from '../../ui/CopyField.tsx'
import { dateAndTimeOf } from '../../ui/clock.ts'
import { Dialog, DialogBody } from '../../ui/Dialog.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Menu, MenuItem } from '../../ui/Menu.tsx'
import { useTeller } from '../../ui/Toasts.tsx'
import { useEngine } from '../../watch/engine.tsx'

type Asked = 'sign-out' | 'deactivate' | 'approve'
interface Link {
  url: string
  expiresAt: number
}

export function UserActions({ user, onChange }: { user: ManagedUser; onChange: () => void }) {
  const engine = useEngine()
  const { tell, tellProblem } = useTeller()
  const [asked, setAsked] = useState<Asked>()
  const [link, setLink] = useState<Link>()
  const { userId } = user
  const activate = () =>
    void engine
      .send('admin.updateUser', { userId, active: true })
      .then(() => tell(text.ui.saved), tellProblem)
      .finally(onChange)
  const waitsForApproval = user.resetRequestedAt !== undefined && user.resetAt === undefined
  return (
    <>
      <Menu
        trigger={<IconButton name={text.ui.actionsFor(user.displayName)} icon={<Ellipsis size={20} />} />}
      >
        {waitsForApproval && (
          <MenuItem icon={<Fingerprint size={16} />} onSelect={() => setAsked('approve')}>
            {text.admin.approveReset}
          </MenuItem>
        )}
        <MenuItem
          icon={<KeyRound size={16} />}
          onSelect={() => void engine.send('admin.resetPassword', { userId }).then(setLink, tellProblem)}
        >
          {text.admin.resetPassword}
        </MenuItem>
        <MenuItem icon={<LogOut size={16} />} onSelect={() => setAsked('sign-out')}>
          {text.admin.signOut}
        </MenuItem>
        {user.active ? (
          <MenuItem danger icon={<UserRoundX size={16} />} onSelect={() => setAsked('deactivate')}>
            {text.admin.deactivate}
          </MenuItem>
        ) : (
          <MenuItem icon={<UserRoundCheck size={16} />} onSelect={activate}>
            {text.admin.activate}
          </MenuItem>
        )}
      </Menu>
      {asked && (
        <AskedDialog asked={asked} user={user} onDone={onChange} onClose={() => setAsked(undefined)} />
      )}
      {link && <LinkDialog link={link} name={user.displayName} onClose={() => setLink(undefined)} />}
    </>
  )
}

interface AskedDialogProps {
  asked: Asked
  user: ManagedUser
  onDone: () => void
  onClose: () => void
}

function AskedDialog({ asked, user, onDone, onClose }: AskedDialogProps) {
  const engine = useEngine()
  const { tell } = useTeller()
  const { userId, displayName } = user
  const questions = {
    'sign-out': {
      title: text.admin.signOutTitle(displayName),
      lead: text.admin.signOutLead,
      verb: text.admin.signOut,
      does: async () => {
        const { closed } = await engine.send('admin.signOutUser', { userId })
        tell(text.admin.signedOut(closed))
      },
    },
    deactivate: {
      title: text.admin.deactivateTitle(displayName),
      lead: text.admin.deactivateLead,
      verb: text.admin.deactivate,
      does: () => engine.send('admin.updateUser', { userId, active: false }),
    },
    approve: {
      title: text.admin.approveTitle(displayName),
      lead: text.admin.approveLead,
      verb: text.admin.approveReset,
      does: async () => {
        const { resetAt } = await engine.send('admin.approveReset', { userId })
        tell(text.admin.approved(dateAndTimeOf(resetAt)))
      },
    },
  }
  const question = questions[asked]
  return (
    <ConfirmDialog
      danger
      title={question.title}
      verb={question.verb}
      onConfirm={() => question.does().then(onDone)}
      onClose={onClose}
    >
      <p>{question.lead}</p>
    </ConfirmDialog>
  )
}

function LinkDialog({ link, name, onClose }: { link: Link; name: string; onClose: () => void }) {
  return (
    <Dialog title={text.admin.resetPasswordDone(name)} onClose={onClose}>
      <DialogBody>
        <CopyField
          label={text.admin.link}
          value={link.url}
          hint={text.admin.resetPasswordLead(dateAndTimeOf(link.expiresAt))}
        />
      </DialogBody>
    </Dialog>
  )
}
