/** What a view asks for to run the organisation and its teams: part of engine-api.ts, in a file of its own for its length. */
import type {
  AuditRecord,
  Invitation,
  EmojiId,
  InvitationId,
  ManagedUser,
  Role,
  Settings,
  TeamId,
  UserId,
} from '@reforms/protocol'

/** People who are called by one handle. */
export interface TeamView {
  teamId: TeamId
  handle: string
  name: string
  members: UserId[]
  /** This user made it, or administers. */
  mayChange: boolean
}

export interface AdministrationIntents {
  // Teams
  'team.create': { input: { handle: string; name: string; members: UserId[] }; output: void }
  'team.update': {
    input: { teamId: TeamId; handle: string; name: string; members: UserId[] }
    output: void
  }
  'team.delete': { input: { teamId: TeamId }; output: void }

  // The organisation's own emoji
  'emoji.add': { input: { name: string; picture: Uint8Array }; output: void }
  'emoji.remove': { input: { emojiId: EmojiId }; output: void }
  'emoji.picture': {
    input: { emojiId: EmojiId }
    output: { bytes: Uint8Array; mediaType: 'image/png' | 'image/gif' | 'image/webp' }
  }

  // Administration
  'admin.listUsers': { input: { search?: string }; output: ManagedUser[] }
  'admin.updateUser': { input: { userId: UserId; role?: Role; active?: boolean }; output: void }
  'admin.signOutUser': { input: { userId: UserId }; output: { closed: number } }
  'admin.resetPassword': { input: { userId: UserId }; output: { url: string; expiresAt: number } }
  'admin.approveReset': { input: { userId: UserId }; output: { resetAt: number } }
  'invitation.create': {
    input: { role: Role; uses: number; expiresInHours: number; note: string }
    output: { url: string; invitation: Invitation }
  }
  'invitation.list': { input: Record<string, never>; output: Invitation[] }
  'invitation.revoke': { input: { invitationId: InvitationId }; output: void }
  'settings.read': { input: Record<string, never>; output: Settings }
  'settings.update': { input: Partial<Settings>; output: Settings }
  'audit.read': { input: { before?: number; limit: number }; output: AuditRecord[] }
}
