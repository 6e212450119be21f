/** Playing voice messages: one at a time on a page, all at the same speed. */
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'

export const SPEEDS = [1, 1.5, 2] as const
export type Speed = (typeof SPEEDS)[number]

/** As browsers call it. */
const INTERRUPTED = 'AbortError'

let speed: Speed = 1
let sounding: HTMLAudioElement | undefined
const listeners = new Set<() => void>()

function nextSpeed(): void {
  speed = SPEEDS[(SPEEDS.indexOf(speed) + 1) % SPEEDS.length] ?? 1
  if (sounding) sounding.playbackRate = speed
  for (const tell of listeners) tell()
}

function listen(tell: () => void): () => void {
  listeners.add(tell)
  return () => void listeners.delete(tell)
}

async function sound(audio: HTMLAudioElement): Promise<void> {
  if (sounding !== audio) sounding?.pause()
  sounding = audio
  audio.playbackRate = speed
  await audio.play()
}

export interface Playing {
  readonly state: 'still' | 'loading' | 'playing' | 'failed'
  readonly atMs: number
  readonly speed: Speed
  toggle(): void
  seek(milliseconds: number): void
  nextSpeed(): void
}

/** `address` is asked for when it is first played. What is played ends with the component. */
export function usePlaying(address: () => Promise<string>): Playing {
  const [state, setState] = useState<Playing['state']>('still')
  const [atMs, setAtMs] = useState(0)
  const audio = useRef<HTMLAudioElement>(undefined)
  const current = useSyncExternalStore(listen, () => speed)
  const gone = useRef(false)
  useEffect(() => {
    gone.current = false
    return () => {
      gone.current = true
      audio.current?.pause()
    }
  }, [])
  const open = async () => {
    audio.current ??= follow(new Audio(await address()), setState, setAtMs)
    if (gone.current) throw new DOMException('it is not shown any more', INTERRUPTED)
    if (audio.current.currentTime * 1000 !== atMs) audio.current.currentTime = atMs / 1000
    return audio.current
  }
  const play = () => {
    setState('loading')
    open()
      .then(sound)
      .catch((error: unknown) => setState(isInterrupted(error) ? 'still' : 'failed'))
  }
  const seek = (milliseconds: number) => {
    setAtMs(milliseconds)
    if (audio.current) audio.current.currentTime = milliseconds / 1000
  }
  const toggle = () => (state === 'playing' ? audio.current?.pause() : play())
  return { state, atMs, speed: current, toggle, seek, nextSpeed }
}

/** Stopped before it began, as by another one. */
function isInterrupted(error: unknown): boolean {
  return error instanceof DOMException && error.name === INTERRUPTED
}

/** Tells what the element does. */
function follow(
  audio: HTMLAudioElement,
  setState: (state: Playing['state']) => void,
  setAtMs: (milliseconds: number) => void,
): HTMLAudioElement {
  audio.onplaying = () => setState('playing')
  audio.onpause = () => setState('still')
  audio.onended = () => {
    setState('still')
    setAtMs(0)
  }
  audio.ontimeupdate = () => {
    if (!audio.ended) setAtMs(audio.currentTime * 1000)
  }
  return audio
}
