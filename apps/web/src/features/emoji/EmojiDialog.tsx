/** Adds an emoji: a picture, shown as it will look, and its short name. */
import { EMOJI_NAME_PATTERN } from '@reforms/protocol/limits'
import { ImagePlus } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Callout } from '../../ui/Callout.tsx'
import { Dialog, DialogActions, DialogBody } from '../../ui/Dialog.tsx'
import { TextField } from '../../ui/Field.tsx'
import { useTeller } from '../../ui/Toasts.tsx'
import { useIntent } from '../../watch/engine.tsx'
import { CHOOSABLE, emojiPicture, nameFrom } from './emoji-picture.ts'
import { shortName } from './ours.ts'
import './emoji-dialog.css'

const NAME = new RegExp(EMOJI_NAME_PATTERN)

export function EmojiDialog({ onClose }: { onClose: () => void }) {
  const add = useIntent('emoji.add')
  const { tell } = useTeller()
  const [name, setName] = useState('')
  const [picture, setPicture] = useState<Blob>()
  const [note, setNote] = useState<string>()
  const choose = async (file: File) => {
    const chosen = await emojiPicture(file)
    if ('problem' in chosen) {
      setPicture(undefined)
      return setNote(
        chosen.problem === 'too-large' ? text.emoji.pictureTooLarge : text.emoji.pictureUnreadable,
      )
    }
    setPicture(chosen.picture)
    setNote(chosen.stands ? text.emoji.stands : undefined)
    setName((before) => before || nameFrom(file.name))
  }
  const fits = picture !== undefined && NAME.test(name)
  const submit = async () => {
    if (!picture || !fits) return
    const done = await add.send({ name, picture: new Uint8Array(await picture.arrayBuffer()) })
    if (!done) return
    tell(text.emoji.added(shortName(name)))
    onClose()
  }
  return (
    <Dialog title={text.emoji.add} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <DialogBody>
          <PictureField picture={picture} note={note} onFile={(file) => void choose(file)} />
          <TextField
            label={text.emoji.name}
            hint={text.emoji.nameHint}
            value={name}
            maxLength={32}
            autoCapitalize="none"
            spellCheck={false}
            onValue={(value) => setName(value.toLowerCase().replaceAll(/[:\s]/g, ''))}
          />
          {add.problem && <Callout look="negative">{add.problem.message}</Callout>}
        </DialogBody>
        <DialogActions>
          <Button type="submit" look="primary" busy={add.busy} disabled={!fits}>
            {text.emoji.addVerb}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}

interface PictureFieldProps {
  picture: Blob | undefined
  note: string | undefined
  onFile: (file: File) => void
}

function PictureField({ picture, note, onFile }: PictureFieldProps) {
  const input = useRef<HTMLInputElement>(null)
  const url = useBlobUrl(picture)
  return (
    <div className="emoji-choosing">
      <span className="emoji-chosen">
        {url ? <img src={url} alt={text.emoji.preview} /> : <ImagePlus size={20} aria-hidden="true" />}
      </span>
      <div className="stack-close grow">
        <input
          ref={input}
          type="file"
          hidden
          accept={CHOOSABLE}
          aria-label={text.emoji.choose}
          onChange={({ target }) => {
            const [file] = target.files ?? []
            if (file) onFile(file)
            // The same file can be chosen again.
            target.value = ''
          }}
        />
        <div className="row">
          <Button onClick={() => input.current?.click()}>
            {picture ? text.emoji.chooseOther : text.emoji.choose}
          </Button>
        </div>
        <p className="muted small" aria-live="polite">
          {note ?? text.emoji.pictureHint}
        </p>
      </div>
    </div>
  )
}

function useBlobUrl(blob: Blob | undefined): string | undefined {
  const [url, setUrl] = useState<string>()
  useEffect(() => {
    const made = blob && URL.createObjectURL(blob)
    setUrl(made)
    return () => {
      if (made) URL.revokeObjectURL(made)
    }
  }, [blob])
  return url
}
