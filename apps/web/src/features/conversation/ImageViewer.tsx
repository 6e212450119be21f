/** A message's pictures, one at a time: fitting or at their own size, and on to the next. Loaded when the first one is opened. */
import type { FileView } from '@reforms/client'
import type { ChannelId } from '@reforms/protocol'
import { ChevronLeft, ChevronRight, Download, ZoomIn, ZoomOut } from 'lucide-react'
import { useState, type KeyboardEvent } from 'react'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { asFromLeft } from '../../ui/direction.ts'
import { Dialog } from '../../ui/Dialog.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { sizeOf } from '../../ui/size.ts'
import { useDownload, usePictureUrl } from './file-urls.ts'
import { thumbnailUrl } from './thumbnail.ts'

interface ImageViewerProps {
  channelId: ChannelId
  pictures: FileView[]
  first: FileView
  onClose: () => void
}

export function ImageViewer({ channelId, pictures, first, onClose }: ImageViewerProps) {
  const [blobId, setBlobId] = useState(first.blobId)
  const [isLarge, setLarge] = useState(false)
  const place = pictures.findIndex((picture) => picture.blobId === blobId)
  const file = pictures[place] ?? first
  const saving = useDownload(channelId, file)
  const go = (step: number) => {
    const next = pictures[place + step]
    if (!next) return
    setBlobId(next.blobId)
    setLarge(false)
  }
  const onKey = (event: KeyboardEvent) => {
    const act = {
      ArrowLeft: () => go(-1),
      ArrowRight: () => go(1),
      '+': () => setLarge(true),
      '-': () => setLarge(false),
    }[asFromLeft(event.key)]
    // Enlarged, the arrows move the picture.
    if (!act || (isLarge && event.key.startsWith('Arrow'))) return
    event.preventDefault()
    act()
  }
  return (
    <Dialog title={file.name} size="full" onKeyDown={onKey} onClose={onClose}>
      <div className="viewer">
        <Whole
          key={blobId}
          channelId={channelId}
          file={file}
          isLarge={isLarge}
          onZoom={() => setLarge(!isLarge)}
        />
        <footer className="picture-foot">
          {pictures.length > 1 && (
            <>
              <IconButton
                name={text.files.previous}
                disabled={place <= 0}
                icon={<ChevronLeft size={20} className="icon-flips" />}
                onClick={() => go(-1)}
              />
              <span className="muted small tabular">{text.files.placeOf(place + 1, pictures.length)}</span>
              <IconButton
                name={text.files.next}
                disabled={place === pictures.length - 1}
                icon={<ChevronRight size={20} className="icon-flips" />}
                onClick={() => go(1)}
              />
            </>
          )}
          <IconButton
            name={isLarge ? text.files.fit : text.files.enlarge}
            icon={isLarge ? <ZoomOut size={20} /> : <ZoomIn size={20} />}
            onClick={() => setLarge(!isLarge)}
          />
          <span className="muted small tabular grow">{sizeOf(file.size)}</span>
          <Button icon={<Download size={16} />} busy={saving.busy} onClick={saving.start}>
            {text.conversation.downloadVerb}
          </Button>
        </footer>
      </div>
    </Dialog>
  )
}

interface WholeProps {
  channelId: ChannelId
  file: FileView
  isLarge: boolean
  onZoom: () => void
}

/** The small picture stands there, in the right size, until the whole one does. */
function Whole({ channelId, file, isLarge, onZoom }: WholeProps) {
  const loaded = usePictureUrl(channelId, file)
  const { width, height, thumbnail } = file
  const small = thumbnail ? thumbnailUrl(thumbnail) : undefined
  const address = loaded.state === 'ready' ? loaded.url : small
  return (
    <div className={isLarge ? 'picture-whole picture-large' : 'picture-whole'} tabIndex={isLarge ? 0 : -1}>
      {loaded.state === 'failed' && <p className="muted">{text.conversation.imageFailed}</p>}
      {address && (
        <img
          src={address}
          width={width}
          height={height}
          alt={text.conversation.imageAlt(file.name)}
          onClick={onZoom}
        />
      )}
    </div>
  )
}
