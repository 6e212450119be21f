/**
 * Parts of the page whose code is loaded when they are due, or before. React's own `lazy` would keep the stand-in on the screen
 * for 300 ms once it has been shown, and show it for a blink even where the code is here; this draws what is here at once.
 * Until then `useLater` gives undefined, and who uses it draws something of the right size that is invisible at first.
 */
import { useEffect, useState, type ComponentType } from 'react'

export interface Later<Props> {
  /** Loads the code, once; rejects where it cannot be had. */
  load(): Promise<ComponentType<Props>>
  /** The component, as soon as it is here. */
  readonly here: ComponentType<Props> | undefined
}

export function later<Props>(fetchCode: () => Promise<ComponentType<Props>>): Later<Props> {
  let here: ComponentType<Props> | undefined
  let loading: Promise<ComponentType<Props>> | undefined
  return {
    get here() {
      return here
    },
    load() {
      loading ??= fetchCode().then(
        (component) => (here = component),
        (problem: unknown) => {
          loading = undefined
          throw problem
        },
      )
      return loading
    },
  }
}

/** The component, or undefined while it is not `due` or being loaded. Throws, for the boundary around, when it cannot be loaded. */
export function useLater<Props>(part: Later<Props>, due = true): ComponentType<Props> | undefined {
  const [, setLoaded] = useState(false)
  const [failure, setFailure] = useState<{ problem: unknown }>()
  useEffect(() => {
    if (!due) return
    let left = false
    part.load().then(
      () => !left && setLoaded(true),
      (problem: unknown) => !left && setFailure({ problem }),
    )
    return () => {
      left = true
    }
  }, [part, due])
  if (failure) throw failure.problem
  return part.here
}
