/** How large a file may be here: the organisation says, and the server refuses what is larger. */
import { useEffect, useState } from 'react'
import { useEngine } from '../../watch/engine.tsx'

const MIB = 1024 * 1024

/** No limit until it is known, or where the server cannot be asked: it is asked again before anything is sent. */
export function useFileLimit(): number {
  const engine = useEngine()
  const [maxBytes, setMaxBytes] = useState(Infinity)
  useEffect(() => {
    engine.send('server.info', {}).then(
      ({ fileMaxMegabytes }) => setMaxBytes(fileMaxMegabytes * MIB),
      () => undefined,
    )
  }, [engine])
  return maxBytes
}
