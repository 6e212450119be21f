/** Removes a device: cut off at once, and, with the phrase, out for good. */
import type { DeviceView } from '@reforms/client'
import { useState } from 'react'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Callout } from '../../ui/Callout.tsx'
import { Dialog, DialogActions, DialogBody } from '../../ui/Dialog.tsx'
import { useIntent } from '../../watch/engine.tsx'
import { PhraseInput } from '../entry/PhraseInput.tsx'
import { emptyWords } from '../entry/phrase-words.ts'

export function RemoveDeviceDialog({ device, onClose }: { device: DeviceView; onClose: () => void }) {
  const [words, setWords] = useState(emptyWords)
  const remove = useIntent('device.remove')
  const whole = words.every((word) => word !== '')
  const untouched = words.every((word) => word === '')
  const submit = async () => {
    const { deviceId } = device
    if (await remove.send({ deviceId, ...(whole ? { phrase: words.join(' ') } : {}) })) onClose()
  }
  return (
    <Dialog title={text.settings.removeTitle(device.name)} size="wide" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <DialogBody>
          <p>{text.settings.removeLead}</p>
          <p>{text.settings.removePhrase}</p>
          <PhraseInput words={words} problem={undefined} onWords={setWords} />
          {remove.problem && <Callout look="negative">{remove.problem.message}</Callout>}
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>{text.ui.cancel}</Button>
          <Button type="submit" look="danger" busy={remove.busy} disabled={!whole && !untouched}>
            {text.settings.removeVerb}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
