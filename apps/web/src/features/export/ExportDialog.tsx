/** Exporting one's history: what, with a warning that nothing protects the file; then how far it is. */
import type { ChannelId } from '@reforms/protocol'
import { useState } from 'react'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Callout } from '../../ui/Callout.tsx'
import { Choice } from '../../ui/Choice.tsx'
import { Dialog, DialogActions, DialogBody } from '../../ui/Dialog.tsx'
import { useChannels } from '../../watch/engine.tsx'
import { useExport, type ExportState } from './useExport.ts'

type Scope = 'this' | 'all'

/** Without a channel: all of them. */
export function ExportDialog({ channelId, onClose }: { channelId?: ChannelId; onClose: () => void }) {
  const all = useChannels()
  const [scope, setScope] = useState<Scope>(channelId ? 'this' : 'all')
  const [withFiles, setWithFiles] = useState(true)
  const { state, start, cancel } = useExport(onClose)
  const channels = scope === 'all' ? all : all.filter((item) => item.channelId === channelId)
  const running = state.step === 'running'
  return (
    // It is not closed by mistake: what has been saved by then would be of no use.
    <Dialog title={text.export.title} onClose={() => !running && onClose()}>
      <DialogBody>
        {state.step === 'running' && <Progress state={state} />}
        {state.step === 'done' && (
          <>
            <p>{text.export.done(state.bytes)}</p>
            <Callout look="caution">{text.export.leftOut(state.leftOut)}</Callout>
          </>
        )}
        {!running && state.step !== 'done' && (
          <>
            <p>{text.export.lead}</p>
            {channelId && (
              <Choice
                label={text.export.scope}
                look="segments"
                value={scope}
                onValue={setScope}
                options={[
                  { value: 'this', label: text.export.thisOne },
                  { value: 'all', label: text.export.all },
                ]}
              />
            )}
            <label className="row">
              <input
                type="checkbox"
                checked={withFiles}
                onChange={(event) => setWithFiles(event.target.checked)}
              />
              {text.export.withFiles}
            </label>
            <Callout look="caution">{text.export.clear}</Callout>
            {state.step === 'failed' && <Callout look="negative">{state.problem}</Callout>}
          </>
        )}
      </DialogBody>
      <DialogActions>
        {running && <Button onClick={cancel}>{text.export.cancel}</Button>}
        {state.step === 'done' && (
          <Button look="primary" onClick={onClose}>
            {text.ui.close}
          </Button>
        )}
        {!running && state.step !== 'done' && (
          <>
            <Button onClick={onClose}>{text.ui.cancel}</Button>
            <Button
              look="primary"
              disabled={channels.length === 0}
              onClick={() => start({ channels, withFiles })}
            >
              {text.export.start}
            </Button>
          </>
        )}
      </DialogActions>
    </Dialog>
  )
}

function Progress({ state }: { state: Extract<ExportState, { step: 'running' }> }) {
  const { progress, bytes } = state
  const { done, of } = progress ?? { done: 0, of: 1 }
  return (
    <>
      <p>{text.export.stayOpen}</p>
      <progress className="progress" aria-label={text.export.progress} max={of} value={done} />
      <p className="muted small tabular">
        {progress?.step === 'fetching' && text.export.fetching(progress.channel, done, of)}
        {progress?.step === 'writing' &&
          text.export.writing(progress.channel, of === 0 ? 1 : done / of, bytes)}
      </p>
      {progress?.offline && <Callout look="caution">{text.export.offline}</Callout>}
    </>
  )
}
