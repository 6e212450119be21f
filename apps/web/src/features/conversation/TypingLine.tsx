/** Who is typing; the line keeps its place while nobody is. */
import type { ChannelView } from '@reforms/client'
import { text } from '../../text/index.ts'

export function TypingLine({ channel }: { channel: ChannelView | undefined }) {
  const names = (channel?.typing ?? []).flatMap(
    (userId) => channel?.members.find((member) => member.userId === userId)?.displayName ?? [],
  )
  return <p className="typing-line muted truncate">{names.length > 0 && text.conversation.typing(names)}</p>
}
