/** The order of the list, which is also the order in which the keyboard walks it: favourites, own sections, channels, direct ones. */
import type { ChannelItem, ListView } from '@reforms/client'
import { text } from '../../text/index.ts'

/** The sections that everybody has. */
export type CommonSection = 'favourites' | 'channels' | 'direct' | 'archived'

export interface Group {
  /** A common section, or the id of an own one. */
  id: string
  kind: CommonSection | 'own'
  name: string
  items: ChannelItem[]
}

const byName = new Intl.Collator(undefined, { sensitivity: 'base', numeric: true })
const names = (a: ChannelItem, b: ChannelItem) => byName.compare(a.name, b.name)
const latest = (a: ChannelItem, b: ChannelItem) => b.lastAt - a.lastAt || names(a, b)

/** Everything, in sections. An own section stands even where nothing is in it; one that everybody has may be empty too. */
export function groupsOf(items: readonly ChannelItem[], list: ListView): Group[] {
  const order = list.sort === 'activity' ? latest : names
  const live = items.filter((item) => !item.archived)
  const own = new Set(list.sections.map(({ id }) => id))
  const placeOf = (item: ChannelItem) => {
    if (item.favourite) return 'favourites'
    if (item.section !== undefined && own.has(item.section)) return item.section
    return item.kind === 'direct' ? 'direct' : 'channels'
  }
  const inPlace = (place: string) => live.filter((item) => placeOf(item) === place)
  const common = (id: CommonSection, name: string, within: ChannelItem[]): Group => ({
    ...{ id, kind: id, name },
    items: within,
  })
  const { frame } = text
  return [
    common('favourites', text.list.favourites, inPlace('favourites').sort(order)),
    ...list.sections.map(({ id, name }): Group => ({
      id,
      kind: 'own',
      name,
      items: inPlace(id).sort(order),
    })),
    common('channels', frame.channels, inPlace('channels').sort(order)),
    common('direct', frame.direct, inPlace('direct').sort(latest)),
    common('archived', frame.archived, items.filter((item) => item.archived).sort(names)),
  ]
}

/** What of a section is to be seen: where only what is unread is shown, that and what is open. */
export function shownOf({ id, items }: Group, list: ListView, current: string | undefined): ChannelItem[] {
  const isCurrent = (item: ChannelItem) => item.channelId === current
  if (list.folded.includes(id)) return items.filter((item) => isCurrent(item) || item.unread > 0)
  return list.unreadOnly ? items.filter((item) => isCurrent(item) || isUnread(item)) : items
}

function isUnread(item: ChannelItem): boolean {
  return item.unread > 0 || item.threads !== undefined
}

/** The neighbour of a conversation in the list; undefined where there is none. */
export function neighbour(
  { items, list }: { items: readonly ChannelItem[]; list: ListView },
  current: string | undefined,
  step: 1 | -1,
  wanted: (item: ChannelItem) => boolean = () => true,
): ChannelItem | undefined {
  const groups = groupsOf(items, list).filter(({ kind }) => kind !== 'archived')
  const all = groups.flatMap((group) => shownOf(group, list, current))
  const place = all.findIndex((item) => item.channelId === current)
  const start = place === -1 && step === -1 ? all.length : place
  const ahead = step === 1 ? all.slice(start + 1) : all.slice(0, start).reverse()
  const around = step === 1 ? all.slice(0, Math.max(0, start)) : all.slice(start + 1).reverse()
  return [...ahead, ...around].find(wanted)
}
