/** A message's files: pictures at their known size, everything else as a row with a download. */
import type { FileView } from '@reforms/client'
import type { ChannelId } from '@reforms/protocol'
import { Download, File as FileIcon, ImageOff } from 'lucide-react'
import { useState } from 'react'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { sizeOf } from '../../ui/size.ts'
import { Spinner } from '../../ui/Spinner.tsx'
import { useTeller } from '../../ui/Toasts.tsx'
import { useEngine } from '../../watch/engine.tsx'
import { isImage } from './attachments.ts'
import { download, useFileUrl } from './file-urls.ts'
import './files.css'

interface FileProps {
  channelId: ChannelId
  file: FileView
}

export function MessageFiles({ channelId, files }: { channelId: ChannelId; files: FileView[] }) {
  return (
    <div className="files">
      {files.map((file, index) =>
        isImage(file.mediaType) && file.width && file.height ? (
          <Picture key={index} channelId={channelId} file={file} />
        ) : (
          <FileRow key={index} channelId={channelId} file={file} />
        ),
      )}
    </div>
  )
}

const MOST_WIDE = 420
const MOST_HIGH = 320

/** Fits a picture into its place; never larger than it is. */
export function placeFor(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, MOST_WIDE / width, MOST_HIGH / height)
  return { width: Math.max(48, Math.round(width * scale)), height: Math.max(32, Math.round(height * scale)) }
}

function Picture({ channelId, file }: FileProps) {
  const [open, setOpen] = useState(false)
  const place = placeFor(file.width ?? MOST_WIDE, file.height ?? MOST_HIGH)
  const loaded = useFileUrl(channelId, file.blobId)
  return (
    <>
      <button
        type="button"
        className="picture"
        style={{ width: place.width, aspectRatio: `${place.width} / ${place.height}` }}
        aria-label={text.conversation.openImage(file.name)}
        onClick={() => setOpen(true)}
      >
        {loaded.state === 'ready' && <img src={loaded.url} alt={text.conversation.imageAlt(file.name)} />}
        {loaded.state === 'failed' && (
          <span className="picture-failed small muted">
            <ImageOff size={20} aria-hidden="true" />
            {text.conversation.imageFailed}
          </span>
        )}
      </button>
      {open && <PictureDialog channelId={channelId} file={file} onClose={() => setOpen(false)} />}
    </>
  )
}

function PictureDialog({ channelId, file, onClose }: FileProps & { onClose: () => void }) {
  const loaded = useFileUrl(channelId, file.blobId)
  const saving = useDownload(channelId, file)
  return (
    <Dialog title={file.name} size="full" onClose={onClose}>
      <div className="picture-whole">
        {loaded.state === 'ready' && <img src={loaded.url} alt={text.conversation.imageAlt(file.name)} />}
      </div>
      <footer className="picture-foot">
        <span className="muted small tabular grow">{sizeOf(file.size)}</span>
        <Button icon={<Download size={16} />} busy={saving.busy} onClick={saving.start}>
          {text.conversation.downloadVerb}
        </Button>
      </footer>
    </Dialog>
  )
}

function FileRow({ channelId, file }: FileProps) {
  const saving = useDownload(channelId, file)
  return (
    <div className="file">
      <span className="file-icon" aria-hidden="true">
        <FileIcon size={20} />
      </span>
      <span className="grow">
        <bdi className="file-name truncate" title={file.name}>
          {file.name}
        </bdi>
        <span className="muted small tabular">
          {saving.busy ? text.conversation.downloading : sizeOf(file.size)}
        </span>
      </span>
      <IconButton
        name={text.conversation.download(file.name)}
        icon={saving.busy ? <Spinner /> : <Download size={16} />}
        disabled={saving.busy}
        onClick={saving.start}
      />
    </div>
  )
}

function useDownload(channelId: ChannelId, file: FileView) {
  const engine = useEngine()
  const { tellProblem } = useTeller()
  const [busy, setBusy] = useState(false)
  const start = () => {
    setBusy(true)
    void download(engine, channelId, file)
      .catch(tellProblem)
      .finally(() => setBusy(false))
  }
  return { busy, start }
}
