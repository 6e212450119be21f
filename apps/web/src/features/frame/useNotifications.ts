/**
 * Desktop notifications while a page is open: permission is asked for in the settings, only on a click. What the user wanted to be
 * reminded of is told in the page too, until they have dealt with it.
 */
import type { Notification as Told } from '@reforms/client'
import { useCallback, useEffect, useRef } from 'react'
import { go } from '../../route/useRoute.ts'
import { text } from '../../text/index.ts'
import { useTeller } from '../../ui/Toasts.tsx'
import { useEngine, useQuery } from '../../watch/engine.tsx'
import { placeOf } from '../personal/place-of.ts'
import { notificationsWanted } from '../settings/notification-choice.ts'

export function useNotifications(): void {
  const engine = useEngine()
  const remind = useReminding()
  useEffect(
    () =>
      engine.onNotification((told) => {
        if (told.about !== 'message') remind(told)
        if (!notificationsWanted()) return
        const { title, body } = told
        const shown = new Notification(title, { body, tag: tagOf(told), icon: '/favicon.svg' })
        shown.onclick = () => {
          window.focus()
          open(told)
          shown.close()
        }
      }),
    [engine, remind],
  )
}

/** One a channel: a later message takes the place of the one before, but not of a reminder. */
function tagOf({ about, channelId, seq }: Told): string {
  return about === 'message' ? channelId : `${about}/${channelId}/${seq}`
}

/** What is new stands at the end of its conversation, or in its thread; anything else is gone to. */
function open(told: Told): void {
  const { about, channelId, thread } = told
  go(about === 'message' && thread === undefined ? { place: 'channel', channelId } : placeOf(told))
}

/** In the page, whether it may show notifications or not. */
function useReminding(): (told: Told) => void {
  const engine = useEngine()
  const { tellUntilDone, tellProblem, close } = useTeller()
  const reminders = useQuery('reminders', {})
  const shown = useRef(new Set<string>())
  useEffect(() => {
    if (!reminders) return
    const due = new Set(reminders.filter((item) => item.due).map(idOf))
    // Done with in the list, or on another device.
    for (const id of [...shown.current].filter((each) => !due.has(each))) {
      shown.current.delete(id)
      close(id)
    }
  }, [reminders, close])
  return useCallback(
    (told) => {
      const { about, channelId, seq, title, body } = told
      const id = idOf(told)
      const words = text.personal.told(title, body)
      const toOpen = { name: text.personal.openIt, act: () => open(told) }
      if (about === 'inbox') {
        // As from the list: whoever opens it has seen it.
        const seen = { items: [{ channelId, seqs: [seq], read: true as const }] }
        const act = () => {
          open(told)
          void engine.send('inbox.mark', seen).catch(tellProblem)
        }
        return tellUntilDone(`inbox/${id}`, words, [{ ...toOpen, act }])
      }
      shown.current.add(id)
      const done = () => void engine.send('reminder.set', { channelId, seq }).catch(tellProblem)
      tellUntilDone(id, words, [toOpen, { name: text.personal.reminderDone, act: done }])
    },
    [engine, tellUntilDone, tellProblem],
  )
}

const idOf = ({ channelId, seq }: Pick<Told, 'channelId' | 'seq'>) => `${channelId}/${seq}`
