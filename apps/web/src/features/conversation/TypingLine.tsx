/** Who is typing; the line keeps its place while nobody is. */
import type { ChannelView } from '@reforms/client'
import { text } from '../../text/index.ts'
import { useMe } from '../../watch/engine.tsx'

export function TypingLine({ channel }: { channel: ChannelView | undefined }) {
  const me = useMe()
  const others = (channel?.typing ?? []).filter((userId) => userId !== me?.userId)
  const names = others.flatMap(
    (userId) => channel?.members.find((member) => member.userId === userId)?.displayName ?? [],
  )
  return <p className="typing-line muted truncate">{names.length > 0 && text.conversation.typing(names)}</p>
}
