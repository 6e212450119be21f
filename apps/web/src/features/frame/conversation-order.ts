/** The order of the list, which is also the order in which the keyboard walks it. */
import type { ChannelItem } from '@reforms/client'

export interface Sorted {
  channels: ChannelItem[]
  direct: ChannelItem[]
  archived: ChannelItem[]
}

const byName = new Intl.Collator(undefined, { sensitivity: 'base', numeric: true })

export function sortConversations(items: readonly ChannelItem[]): Sorted {
  const named = [...items].sort((a, b) => byName.compare(a.name, b.name))
  const live = named.filter((item) => !item.archived)
  return {
    channels: live.filter((item) => item.kind !== 'direct'),
    direct: live.filter((item) => item.kind === 'direct').sort((a, b) => b.lastAt - a.lastAt),
    archived: named.filter((item) => item.archived),
  }
}

/** The neighbour of a conversation in the list; undefined where there is none. */
export function neighbour(
  items: readonly ChannelItem[],
  current: string | undefined,
  step: 1 | -1,
  wanted: (item: ChannelItem) => boolean = () => true,
): ChannelItem | undefined {
  const { channels, direct } = sortConversations(items)
  const all = [...channels, ...direct]
  const place = all.findIndex((item) => item.channelId === current)
  const start = place === -1 && step === -1 ? all.length : place
  const ahead = step === 1 ? all.slice(start + 1) : all.slice(0, start).reverse()
  const around = step === 1 ? all.slice(0, Math.max(0, start)) : all.slice(start + 1).reverse()
  return [...ahead, ...around].find(wanted)
}
