/** A message's large files on their way up: how far they are, and what can be done about it. */
import type { TransferView } from '@reforms/client'
import type { ClientId } from '@reforms/protocol'
import { Pause, Play, X } from 'lucide-react'
import { text } from '../../text/index.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { useTeller } from '../../ui/Toasts.tsx'
import { useEngine } from '../../watch/engine.tsx'
import './files.css'

export function TransferLine({ clientId, transfer }: { clientId: ClientId; transfer: TransferView }) {
  const engine = useEngine()
  const { tellProblem } = useTeller()
  const { state, done, of } = transfer
  const isPaused = state === 'paused'
  const pause = () => {
    void engine.send('file.pause', { clientId, paused: !isPaused }).catch(tellProblem)
  }
  return (
    <div className="transfer small">
      <progress className="transfer-bar" aria-label={text.files.progress} max={of} value={done} />
      <span className="muted tabular grow">{text.files[state](done, of)}</span>
      {state !== 'preparing' && (
        <IconButton
          size="small"
          name={isPaused ? text.files.resume : text.files.pause}
          icon={isPaused ? <Play size={16} /> : <Pause size={16} />}
          onClick={pause}
        />
      )}
      <IconButton
        size="small"
        name={text.files.cancel}
        icon={<X size={16} />}
        onClick={() => void engine.send('message.discard', { clientId }).catch(tellProblem)}
      />
    </div>
  )
}
