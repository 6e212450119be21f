/** A person: initials on a colour that comes from the identity key, so a changed identity looks changed. */
import type { Presence } from '@reforms/protocol'
import { initialsOf, tintOf } from './initials.ts'
import './avatar.css'

interface AvatarProps {
  name: string
  seed: string
  size?: 'tiny' | 'small' | 'normal' | 'large'
  presence?: Presence | undefined
}

export function Avatar({ name, seed, size = 'normal', presence }: AvatarProps) {
  return (
    <span className={`avatar avatar-${size} tint-${tintOf(seed)}`} aria-hidden="true">
      {initialsOf(name)}
      {presence && presence !== 'offline' && <span className={`avatar-presence presence-${presence}`} />}
    </span>
  )
}
