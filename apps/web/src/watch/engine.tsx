/** How components reach the engine: they watch queries and send intents, and know nothing else of it. */
import type {
  ChannelItem,
  Engine,
  IntentInput,
  IntentName,
  IntentOutput,
  IntentProblem,
  ListView,
  Me,
  Params,
  Person,
  QueryName,
  Result,
} from '@reforms/client'
import {
  createContext,
  use,
  useCallback,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
  type ReactNode,
} from 'react'
import { problemOf } from './problem.ts'
import { WatchStore } from './WatchStore.ts'

/** An engine that may live in another window can be out of reach, and then says why. */
export interface ReachedEngine extends Engine {
  onProblem?(listener: (problem: string | undefined) => void): () => void
}

const EngineContext = createContext<{ engine: ReachedEngine; store: WatchStore } | undefined>(undefined)

export function EngineProvider({ engine, children }: { engine: ReachedEngine; children: ReactNode }) {
  const value = useMemo(() => ({ engine, store: new WatchStore(engine) }), [engine])
  return <EngineContext value={value}>{children}</EngineContext>
}

function useContextValue() {
  const value = use(EngineContext)
  if (!value) throw new Error('a view stands outside of EngineProvider')
  return value
}

export function useEngine(): Engine {
  return useContextValue().engine
}

/** Why the engine cannot run, in words, as long as it cannot. */
export function useEngineProblem(): string | undefined {
  const { engine } = useContextValue()
  const [problem, setProblem] = useState<string>()
  useEffect(() => engine.onProblem?.(setProblem), [engine])
  return problem
}

/** The newest snapshot, or undefined until the first one is here. */
export function useQuery<Q extends QueryName>(query: Q, params: Params<Q>): Result<Q> | undefined {
  const { store } = useContextValue()
  const key = JSON.stringify(params)
  const subscribe = useCallback(
    (listener: () => void) => store.subscribe(query, JSON.parse(key) as Params<Q>, listener),
    [store, query, key],
  )
  return useSyncExternalStore(subscribe, () => store.snapshot(query, params))
}

const NONE: Record<string, never> = {}
const NO_PEOPLE: Person[] = []
const NO_CHANNELS: ChannelItem[] = []
const PLAIN_LIST: ListView = { sections: [], sort: 'name', unreadOnly: false, folded: [] }

export function usePeople(): Person[] {
  return useQuery('people', NONE) ?? NO_PEOPLE
}

const byId = new WeakMap<Person[], Map<string, Person>>()

function findPerson(people: Person[], userId: string): Person | undefined {
  const known = byId.get(people) ?? new Map(people.map((person) => [person.userId, person]))
  byId.set(people, known)
  return known.get(userId)
}

/** One of the people; what is drawn of them is drawn again only when they have changed, and not with every other. */
export function usePerson(userId: string): Person | undefined {
  const { store } = useContextValue()
  const subscribe = useCallback((listener: () => void) => store.subscribe('people', NONE, listener), [store])
  return useSyncExternalStore(subscribe, () =>
    findPerson(store.snapshot('people', NONE) ?? NO_PEOPLE, userId),
  )
}

export function useChannels(): ChannelItem[] {
  return useQuery('channels', NONE) ?? NO_CHANNELS
}

/** How the user has arranged the list of conversations. */
export function useList(): ListView {
  return useQuery('list', NONE) ?? PLAIN_LIST
}

export function useMe(): Me | undefined {
  const session = useQuery('session', NONE)
  return session && 'me' in session ? session.me : undefined
}

export interface Intent<N extends IntentName> {
  busy: boolean
  problem: IntentProblem | undefined
  clear: () => void
  /** Resolves to what the engine answers; undefined after a failure, which is then in `problem`. */
  send: (input: IntentInput<N>) => Promise<{ output: IntentOutput<N> } | undefined>
}

export function useIntent<N extends IntentName>(name: N): Intent<N> {
  const engine = useEngine()
  const [state, setState] = useState<{ busy: boolean; problem?: IntentProblem }>({ busy: false })
  const send = useCallback(
    async (input: IntentInput<N>) => {
      setState({ busy: true })
      try {
        const output = await engine.send(name, input)
        setState({ busy: false })
        return { output }
      } catch (error) {
        setState({ busy: false, problem: problemOf(error) })
        return undefined
      }
    },
    [engine, name],
  )
  const clear = useCallback(() => setState({ busy: false }), [])
  return { busy: state.busy, problem: state.problem, clear, send }
}
