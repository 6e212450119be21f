/** A voice message beside what is typed: it is sent by itself, and what is typed stays. For the composer. */
import { useEffect, useRef, useState, type RefObject } from 'react'
import { text } from '../../../text/index.ts'
import { later, useLater } from '../../../ui/later.ts'
import { useTeller } from '../../../ui/Toasts.tsx'
import { useEngine } from '../../../watch/engine.tsx'
import { putBack, readDraft, whileSignedIn, type DraftPlace, type DraftStep } from '../drafts.ts'
import { useFileLimit } from '../file-limit.ts'
import { hand } from '../handing.ts'
import { keepInDraft, toAttachment } from './kept.ts'
import type { Recorded } from './recording.ts'

const line = later(async () => (await import('./VoiceLine.tsx')).VoiceLine)

/** Each has a line of its own: what a line recorded goes with it. */
interface Opened {
  key: number
  earlier?: Recorded
}

let lastKey = 0

interface Beside {
  change: (step: DraftStep) => void
  inChannel: boolean
  onSaid: () => void
  /** The field is there again. */
  onClosed: () => void
}

interface Voice {
  isOpen: boolean
  begin: () => void
  /** What stands in place of the field. */
  line: React.ReactNode
}

export function useVoice(place: DraftPlace, { change, inChannel, onSaid, onClosed }: Beside): Voice {
  const engine = useEngine()
  const { tell, tellProblem } = useTeller()
  const maxBytes = useFileLimit()
  const [open, setOpen] = useState<Opened>()
  const isOpen = useRef(false)
  const here = useHere()
  const [signedIn] = useState(whileSignedIn)
  const Line = useLater(line, open !== undefined)
  const show = (next: Opened | undefined) => {
    isOpen.current = next !== undefined
    setOpen(next)
  }
  const close = () => {
    show(undefined)
    setTimeout(onClosed)
  }
  const send = (recorded: Recorded) => {
    const attachment = toAttachment(recorded)
    const { name, file } = attachment
    if (file.size > maxBytes) {
      tell(text.files.tooLarge(name, file.size, maxBytes))
      return false
    }
    const draft = { ...readDraft(place), text: '', files: [attachment] }
    change(({ text: words, files }) => ({ text: words, files }))
    close()
    onSaid()
    hand(engine, place, draft, inChannel).catch((error: unknown) => {
      tellProblem(error)
      change(putBack(draft))
    })
    return true
  }
  const keep = (recorded: Recorded) => {
    if (!signedIn()) return
    keepInDraft(place, recorded)
    tell(text.voice.kept)
  }
  // Another may be running by then, or the conversation be left: neither of the two is lost.
  const comeBack = (earlier: Recorded) =>
    here.current && !isOpen.current ? show({ key: ++lastKey, earlier }) : keep(earlier)
  const discard = (recorded: Recorded | undefined) => {
    close()
    if (!recorded) return
    tell(text.voice.discarded, { name: text.voice.undo, act: () => comeBack(recorded) })
  }
  return {
    isOpen: open !== undefined,
    begin: () => {
      if (!isOpen.current) show({ key: ++lastKey })
    },
    line: open && Line && (
      <Line key={open.key} earlier={open.earlier} onSend={send} onDiscard={discard} onLeft={keep} />
    ),
  }
}

/** Whether the component still stands, for what happens later. */
function useHere(): RefObject<boolean> {
  const here = useRef(true)
  useEffect(() => {
    here.current = true
    return () => {
      here.current = false
    }
  }, [])
  return here
}
