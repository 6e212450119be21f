/** What can be done with the list, its sections and its conversations: for its menus, for what is dragged, and for the palette. */
import type { ChannelItem, IntentInput, IntentName, ListSection } from '@reforms/client'
import { useMemo } from 'react'
import { text } from '../../text/index.ts'
import { useTeller } from '../../ui/Toasts.tsx'
import { useEngine, useList } from '../../watch/engine.tsx'
import type { Group } from './conversation-order.ts'

export function useListActs() {
  const engine = useEngine()
  const { tell, tellProblem } = useTeller()
  const { sections } = useList()
  return useMemo(() => {
    const ask = <N extends IntentName>(intent: N, input: IntentInput<N>) =>
      void engine.send(intent, input).catch(tellProblem)
    return {
      show: (input: IntentInput<'list.show'>) => ask('list.show', input),
      fold: (section: string, folded: boolean) => ask('list.fold', { section, folded }),
      favourite: ({ channelId, favourite }: Pick<ChannelItem, 'channelId' | 'favourite'>) =>
        ask('list.favourite', { channelId, on: !favourite }),
      mute: ({ channelId, muted }: ChannelItem) => ask('list.mute', { channelId, on: !muted }),
      move: (item: Pick<ChannelItem, 'channelId'>, section?: string) =>
        ask('list.move', { channelId: item.channelId, ...(section === undefined ? {} : { section }) }),
      rename: (id: string, name: string) => ask('list.nameSection', { id, name }),
      /** By one place, among the own ones. */
      shift: (id: string, by: 1 | -1) => ask('list.moveSection', { id, ...beforeOf(sections, id, by) }),
      moveSection: (id: string, before: string) => ask('list.moveSection', { id, before }),
      remove: ({ id, name }: Pick<Group, 'id' | 'name'>) => {
        ask('list.deleteSection', { id })
        tell(text.list.deleted(name), {
          name: text.ui.undo,
          act: () => ask('list.nameSection', { id, name }),
        })
      },
    }
  }, [engine, tell, tellProblem, sections])
}

function beforeOf(sections: readonly ListSection[], id: string, by: 1 | -1): { before?: string } {
  const place = sections.findIndex((section) => section.id === id)
  const before = sections[by === -1 ? place - 1 : place + 2]?.id
  return before === undefined ? {} : { before }
}
