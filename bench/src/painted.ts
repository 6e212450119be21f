/**
 * In a page: how long until words stand on the screen in a conversation, and what the engine answers to searches. For
 * long-channel.ts, which hands these functions to pages: they use nothing from outside of themselves.
 */

/** What makes the words come: a link that is followed, a day that is chosen, or only waiting for a page that has been opened. */
export type Act = { readonly follow: string } | { readonly day: string } | { readonly opened: true }

/** Milliseconds from the act, or from the opening of the page, until a frame with the words is out. */
export function paintedAfter({
  act,
  words,
  withinMs,
}: {
  act: Act
  words: string
  withinMs: number
}): Promise<number> {
  const isInSight = () => {
    const log = document.querySelector('[role="log"]')
    if (!log?.textContent.includes(words)) return false
    const frame = log.getBoundingClientRect()
    return [...log.querySelectorAll('article')].some((article) => {
      const { top, bottom } = article.getBoundingClientRect()
      return article.textContent.includes(words) && bottom > frame.top && top < frame.bottom
    })
  }
  const begin = () => {
    if ('follow' in act) location.hash = act.follow
    if (!('day' in act)) return
    const field = document.querySelector<HTMLInputElement>('.day-field')
    if (!field) throw new Error('there is no field for a day')
    const setter = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set
    setter?.call(field, act.day)
    field.dispatchEvent(new Event('input', { bubbles: true }))
  }
  return new Promise((resolve, reject) => {
    const began = 'opened' in act ? 0 : performance.now()
    begin()
    const look = () => {
      if (isInSight()) requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)))
      else if (performance.now() - began > withinMs) reject(new Error(`${words} did not come`))
      else requestAnimationFrame(look)
    }
    look()
  })
}

/** Before anything of a page runs: notes how long each search takes, from asking the engine's worker until its answer is here. */
export function noteSearches(): void {
  const asked = new Map<number, number>()
  const searches: number[] = []
  Object.assign(globalThis, { searches })
  const { postMessage } = BroadcastChannel.prototype
  BroadcastChannel.prototype.postMessage = function (message: {
    kind?: string
    query?: string
    id?: number
  }) {
    const isSearch = message.kind === 'watch' && message.query === 'search' && message.id !== undefined
    if (isSearch) asked.set(message.id!, performance.now())
    postMessage.call(this, message)
  }
  globalThis.BroadcastChannel = class extends BroadcastChannel {
    constructor(name: string) {
      super(name)
      this.addEventListener('message', ({ data }: MessageEvent<{ kind?: string; id?: number }>) => {
        const at = data.kind === 'snapshot' ? asked.get(data.id ?? NaN) : undefined
        if (at === undefined) return
        searches.push(performance.now() - at)
        asked.delete(data.id!)
      })
    }
  }
}

/** Times between the frames of the next `forMs`. */
export function framesFor(forMs: number): Promise<number[]> {
  const frames: number[] = []
  return new Promise((resolve) => {
    const began = performance.now()
    let last = began
    const frame = () => {
      const now = performance.now()
      frames.push(now - last)
      last = now
      if (now - began < forMs) requestAnimationFrame(frame)
      else resolve(frames.slice(1))
    }
    requestAnimationFrame(frame)
  })
}

/** What the browser says that the page and its workers hold, in MiB, by kind. Needs an isolated page. */
export async function memoryOfPage(): Promise<{ allMib: number; parts: string[] }> {
  interface Breakdown {
    bytes: number
    types: string[]
    attribution: { scope: string }[]
  }
  const measuring = performance as unknown as {
    measureUserAgentSpecificMemory(): Promise<{ bytes: number; breakdown: Breakdown[] }>
  }
  const { bytes, breakdown } = await measuring.measureUserAgentSpecificMemory()
  const parts = breakdown
    .filter((part) => part.bytes > 2 ** 19)
    .map(({ bytes: own, types, attribution }) => {
      const scopes = attribution.map(({ scope }) => scope).join('+')
      return `${scopes || 'shared'} ${types.join('+')} ${(own / 2 ** 20).toFixed(0)}`
    })
  return { allMib: bytes / 2 ** 20, parts }
}
