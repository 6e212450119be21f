/** A channel's sign: a hash for public ones, a lock for private ones, people for conversations of several. */
import type { ChannelKind } from '@reforms/protocol'
import { Hash, LockKeyhole, Users } from 'lucide-react'
import { text } from '../../text/index.ts'
import './channels.css'

const GLYPHS = { public: Hash, private: LockKeyhole, direct: Users }

export function ChannelGlyph({ kind, size = 16 }: { kind: ChannelKind; size?: 16 | 20 }) {
  const Glyph = GLYPHS[kind]
  return (
    <span className="channel-glyph" title={text.channels.kinds[kind]}>
      <Glyph size={size} aria-hidden="true" />
    </span>
  )
}
