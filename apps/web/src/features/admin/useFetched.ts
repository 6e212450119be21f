/** Something that is fetched once on opening and again on request: administration reads the server, not the local database. */
import type { IntentInput, IntentName, IntentOutput } from '@reforms/client'
import { useCallback, useEffect, useState } from 'react'
import { useIntent } from '../../watch/engine.tsx'

export interface Fetched<N extends IntentName> {
  value: IntentOutput<N> | undefined
  problem: string | undefined
  refresh: () => void
}

export function useFetched<N extends IntentName>(name: N, input: IntentInput<N>): Fetched<N> {
  const { send, problem } = useIntent(name)
  const [value, setValue] = useState<IntentOutput<N>>()
  const [round, setRound] = useState(0)
  const key = JSON.stringify(input)
  useEffect(() => {
    let wanted = true
    void send(JSON.parse(key) as IntentInput<N>).then((answer) => answer && wanted && setValue(answer.output))
    return () => {
      wanted = false
    }
  }, [send, key, round])
  const refresh = useCallback(() => setRound((before) => before + 1), [])
  return { value, problem: problem?.message, refresh }
}
