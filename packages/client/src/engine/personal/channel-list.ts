/** The user's own order in the list of conversations: sections, favourites, what is muted, what is shown. SPEC.md, OWN-6, OWN-7. */
import { cleanName, limits, type ChannelId } from '@reforms/protocol'
import { IntentError, type IntentInput } from '../../engine-api.ts'
import type { Arranged, ListSection, ListView } from '../../personal-api.ts'
import type { Context } from '../context.ts'
import { channelsWithDrafts } from './drafts.ts'
import { allKept, keep, kept } from './keeping.ts'

const LIST = 'list'
const SECTIONS_MAX = 50

const nameKey = (id: string) => `section/${id}/name`
const orderKey = (id: string) => `section/${id}/order`
const inKey = (channelId: ChannelId) => `in/${channelId}`
const favouriteKey = (channelId: ChannelId) => `favourite/${channelId}`
const mutedKey = (channelId: ChannelId) => `muted/${channelId}`
const foldedKey = (section: string) => `folded/${section}`
const SORT = 'sort'
const UNREAD_ONLY = 'unread-only'

type Here = Pick<Context, 'database'>

interface OrderedSection extends ListSection {
  order: number
}

/** A section is there while it has a name. */
function sectionsOf(values: ReadonlyMap<string, unknown>): OrderedSection[] {
  const sections = [...values].flatMap(([key, name]): OrderedSection[] => {
    const id = /^section\/([^/]+)\/name$/.exec(key)?.[1]
    if (id === undefined || typeof name !== 'string') return []
    const order = values.get(orderKey(id))
    return [{ id, name: cleanName(name), order: typeof order === 'number' ? order : 0 }]
  })
  return sections
    .filter(({ name }) => name !== '')
    .sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1))
}

export function listView(context: Here): ListView {
  const values = new Map(allKept(context, LIST))
  const folded = [...values].flatMap(([key, on]) =>
    key.startsWith('folded/') && on === true ? [key.slice('folded/'.length)] : [],
  )
  return {
    sections: sectionsOf(values).map(({ id, name }) => ({ id, name })),
    sort: values.get(SORT) === 'activity' ? 'activity' : 'name',
    unreadOnly: values.get(UNREAD_ONLY) === true,
    folded,
  }
}

/** For each channel of the list: read once for all of them. */
export function arrangements(context: Here): (channelId: ChannelId) => Arranged {
  const values = new Map(allKept(context, LIST))
  const sections = new Set(sectionsOf(values).map(({ id }) => id))
  const drafts = channelsWithDrafts(context)
  return (channelId) => {
    const section = values.get(inKey(channelId))
    return {
      ...(values.get(favouriteKey(channelId)) === true ? { favourite: true as const } : {}),
      ...(values.get(mutedKey(channelId)) === true ? { muted: true as const } : {}),
      ...(drafts.has(channelId) ? { draft: true as const } : {}),
      ...(typeof section === 'string' && sections.has(section) ? { section } : {}),
    }
  }
}

export function isMuted(context: Here, channelId: ChannelId): boolean {
  return kept(context, LIST, mutedKey(channelId)) === true
}

export function showList(context: Context, { sort, unreadOnly }: IntentInput<'list.show'>): void {
  keep(context, LIST, [
    ...(sort === undefined ? [] : [[SORT, sort] as const]),
    ...(unreadOnly === undefined ? [] : [[UNREAD_ONLY, unreadOnly || undefined] as const]),
  ])
}

export function foldSection(context: Context, { section, folded }: IntentInput<'list.fold'>): void {
  keep(context, LIST, [[foldedKey(section), folded || undefined]])
}

export function setFavourite(context: Context, { channelId, on }: IntentInput<'list.favourite'>): void {
  keep(context, LIST, [[favouriteKey(channelId), on || undefined]])
}

export function setMuted(context: Context, { channelId, on }: IntentInput<'list.mute'>): void {
  keep(context, LIST, [[mutedKey(channelId), on || undefined]])
}

export function moveChannel(context: Context, { channelId, section }: IntentInput<'list.move'>): void {
  keep(context, LIST, [
    [inKey(channelId), section],
    [favouriteKey(channelId), undefined],
  ])
}

export function createSection(context: Context, { name }: IntentInput<'list.createSection'>): { id: string } {
  const sections = sectionsOf(new Map(allKept(context, LIST)))
  if (sections.length >= SECTIONS_MAX) {
    const message = `The list holds at most ${SECTIONS_MAX} sections. Delete one first.`
    throw new IntentError({ code: 'too-many', message })
  }
  const id = context.newId()
  const order = (sections.at(-1)?.order ?? 0) + 1
  keep(context, LIST, [
    [nameKey(id), fitting(name)],
    [orderKey(id), order],
  ])
  return { id }
}

export function nameSection(context: Context, { id, name }: IntentInput<'list.nameSection'>): void {
  keep(context, LIST, [[nameKey(id), fitting(name)]])
}

/** What is in it stays noted as in it, so that it can be brought back as it was. */
export function deleteSection(context: Context, { id }: IntentInput<'list.deleteSection'>): void {
  keep(context, LIST, [[nameKey(id), undefined]])
}

/** Only the one that moves is changed, so that two devices may each move another one. */
export function moveSection(context: Context, { id, before }: IntentInput<'list.moveSection'>): void {
  const others = sectionsOf(new Map(allKept(context, LIST))).filter((section) => section.id !== id)
  const place = others.findIndex((section) => section.id === before)
  const next = others[place]
  const previous = place === -1 ? others.at(-1) : others[place - 1]
  const order = next ? ((previous?.order ?? next.order - 2) + next.order) / 2 : (previous?.order ?? 0) + 1
  keep(context, LIST, [[orderKey(id), order]])
}

function fitting(name: string): string {
  const clean = cleanName(name.slice(0, limits.NAME_MAX_CHARACTERS))
  if (clean !== '') return clean
  throw new IntentError({ code: 'invalid-input', message: 'A section needs a name.' })
}
