/** All shortcuts, as "?" shows them. */
import { text } from '../../text/index.ts'
import { Dialog, DialogBody } from '../../ui/Dialog.tsx'
import { keysOf, SHORTCUTS } from './shortcuts.ts'
import './palette.css'

export function ShortcutsSheet({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={text.frame.shortcuts} onClose={onClose}>
      <DialogBody label={text.frame.shortcuts}>
        <dl className="shortcuts">
          {SHORTCUTS.map((shortcut) => (
            <div key={shortcut.does} className="shortcut">
              <dt className="grow">{shortcut.does}</dt>
              <dd>
                {keysOf(shortcut.keys).map((key) => (
                  <kbd key={key} className="keys">
                    {key}
                  </kbd>
                ))}
              </dd>
            </div>
          ))}
        </dl>
      </DialogBody>
    </Dialog>
  )
}
