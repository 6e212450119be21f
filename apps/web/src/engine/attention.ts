/**
 * What the user looks at, of all tabs together: the engine knows one view only. Also which tab shows notifications. For
 * engine-host.ts.
 */
import type { IntentInput } from '@reforms/client'

type Focus = IntentInput<'view.focus'>

interface TabAttention {
  visible: boolean
  focus?: Focus
}

export class Attention {
  /** The tab that was looked at last is the last one. */
  readonly #tabs = new Map<string, TabAttention>()

  noteVisible(tab: string, visible: boolean): void {
    this.#note(tab, { ...this.#tabs.get(tab), visible })
  }

  noteFocus(tab: string, focus: Focus): void {
    this.#note(tab, { ...this.#tabs.get(tab), visible: focus.visible, focus })
  }

  forget(tab: string): void {
    this.#tabs.delete(tab)
  }

  /** The focus of the visible tab that was looked at last; without one, nobody looks. */
  focus(): Focus {
    return this.#visible().find(([, { focus }]) => focus?.visible)?.[1].focus ?? { visible: false }
  }

  /** The one tab that a notification goes to: a visible one, else the leading page's. */
  notified(leading: string): string {
    return this.#visible()[0]?.[0] ?? leading
  }

  #note(tab: string, attention: TabAttention): void {
    this.#tabs.delete(tab)
    this.#tabs.set(tab, attention)
  }

  #visible(): [string, TabAttention][] {
    return [...this.#tabs].filter(([, { visible }]) => visible).reverse()
  }
}
