/** Whether this user may make teams: administrators always, others where the settings say so. */
import { useEffect, useState } from 'react'
import { useIntent, useMe } from '../../watch/engine.tsx'

export function useMayMakeTeams(): boolean {
  const me = useMe()
  const { send } = useIntent('server.info')
  const [makers, setMakers] = useState<'everyone' | 'administrators'>()
  useEffect(() => {
    void send({}).then((info) => setMakers(info?.output.teams))
  }, [send])
  if (me?.role === 'guest') return false
  return makers !== undefined && (makers === 'everyone' || me?.role === 'administrator')
}
