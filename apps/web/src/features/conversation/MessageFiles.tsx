/** A message's files: pictures at their known size, sound and film with a player, everything else as a row with a download. */
import type { FileView } from '@reforms/client'
import type { ChannelId } from '@reforms/protocol'
import { Download, Eye, File as FileIcon, FileText, Image as ImageIcon, ImageOff } from 'lucide-react'
import { useState } from 'react'
import { canStream, streamAddress } from '../../platform/file-streams.ts'
import { text } from '../../text/index.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { later, useLater } from '../../ui/later.ts'
import { sizeOf } from '../../ui/size.ts'
import { Spinner } from '../../ui/Spinner.tsx'
import { useEngine } from '../../watch/engine.tsx'
import { isImage } from './attachments.ts'
import { useDownload, usePictureUrl } from './file-urls.ts'
import { thumbnailUrl } from './thumbnail.ts'
import { VoiceMessage } from './voice/VoiceMessage.tsx'
import './files.css'

interface FileProps {
  channelId: ChannelId
  file: FileView
}

export function MessageFiles({ channelId, files }: { channelId: ChannelId; files: FileView[] }) {
  return (
    <div className="files">
      {files.map((file, index) => (
        <MessageFile key={index} channelId={channelId} file={file} pictures={files.filter(isPicture)} />
      ))}
    </div>
  )
}

function MessageFile(props: FileProps & { pictures: FileView[] }) {
  const { waveform } = props.file
  if (isPicture(props.file)) return <Picture {...props} />
  if (waveform) return <VoiceMessage {...props} waveform={waveform} />
  return isPlayable(props.file.mediaType) && canStream() ? <MediaFile {...props} /> : <FileRow {...props} />
}

function isPicture({ mediaType, width, height }: FileView): boolean {
  return isImage(mediaType) && width !== undefined && height !== undefined
}

/** Whether the browser has a player for it. */
function isPlayable(mediaType: string): boolean {
  const kind = /^(audio|video)\//.exec(mediaType)?.[1]
  return kind !== undefined && document.createElement(kind as 'audio').canPlayType(mediaType) !== ''
}

const viewer = later(async () => (await import('./ImageViewer.tsx')).ImageViewer)
/** FIL-9: above it the small picture stands in the conversation, or none, and the whole one is fetched when it is opened. */
const SHOWN_WHOLE_MAX_BYTES = 4 * 1024 * 1024
const MOST_WIDE = 420
const MOST_HIGH = 320

/** Fits a picture into its place; never larger than it is. */
export function placeFor(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, MOST_WIDE / width, MOST_HIGH / height)
  return { width: Math.max(48, Math.round(width * scale)), height: Math.max(32, Math.round(height * scale)) }
}

function Picture({ channelId, file, pictures }: FileProps & { pictures: FileView[] }) {
  const [open, setOpen] = useState(false)
  const Viewer = useLater(viewer, open)
  const place = placeFor(file.width ?? MOST_WIDE, file.height ?? MOST_HIGH)
  return (
    <>
      <button
        type="button"
        className="picture"
        style={{ width: place.width, aspectRatio: `${place.width} / ${place.height}` }}
        aria-label={text.conversation.openImage(file.name)}
        onClick={() => setOpen(true)}
      >
        {file.thumbnail && <img className="picture-small" src={thumbnailUrl(file.thumbnail)} alt="" />}
        {file.size <= SHOWN_WHOLE_MAX_BYTES ? (
          <WholePicture channelId={channelId} file={file} />
        ) : (
          !file.thumbnail && <ImageIcon size={20} className="picture-failed muted" aria-hidden="true" />
        )}
      </button>
      {open && Viewer && (
        <Viewer channelId={channelId} pictures={pictures} first={file} onClose={() => setOpen(false)} />
      )}
    </>
  )
}

function WholePicture({ channelId, file }: FileProps) {
  const loaded = usePictureUrl(channelId, file)
  return (
    <>
      {loaded.state === 'ready' && <img src={loaded.url} alt={text.conversation.imageAlt(file.name)} />}
      {loaded.state === 'failed' && (
        <span className="picture-failed small muted">
          <ImageOff size={20} aria-hidden="true" />
          {text.conversation.imageFailed}
        </span>
      )}
    </>
  )
}

/** Sound and film play as they come: neither is loaded before somebody plays it. */
function MediaFile({ channelId, file }: FileProps) {
  const engine = useEngine()
  const address = streamAddress(engine, { ...file, channelId })
  const isFilm = file.mediaType.startsWith('video/')
  const props = { controls: true, preload: 'none', src: address, 'aria-label': file.name } as const
  return (
    <div className="media-file">
      {isFilm ? <video className="media-film" playsInline {...props} /> : <audio {...props} />}
      <FileRow channelId={channelId} file={file} />
    </div>
  )
}

function FileRow({ channelId, file }: FileProps) {
  const saving = useDownload(channelId, file)
  return (
    <div className="file">
      <span className="file-icon" aria-hidden="true">
        {isPdf(file) ? <FileText size={20} /> : <FileIcon size={20} />}
      </span>
      <span className="grow">
        <bdi className="file-name truncate" title={file.name}>
          {file.name}
        </bdi>
        <span className="muted small tabular">
          {saving.busy ? text.conversation.downloading : sizeOf(file.size)}
        </span>
      </span>
      {isPdf(file) && <OpenPdf channelId={channelId} file={file} />}
      <IconButton
        name={text.conversation.download(file.name)}
        icon={saving.busy ? <Spinner /> : <Download size={16} />}
        disabled={saving.busy}
        onClick={saving.start}
      />
    </div>
  )
}

const pdfViewer = later(async () => (await import('./pdf/PdfViewer.tsx')).PdfViewer)

const isPdf = ({ mediaType }: FileView) => mediaType === 'application/pdf'

function OpenPdf({ channelId, file }: FileProps) {
  const [open, setOpen] = useState(false)
  const Viewer = useLater(pdfViewer, open)
  return (
    <>
      <IconButton
        name={text.files.open(file.name)}
        icon={open && !Viewer ? <Spinner /> : <Eye size={16} />}
        onClick={() => setOpen(true)}
      />
      {open && Viewer && <Viewer channelId={channelId} file={file} onClose={() => setOpen(false)} />}
    </>
  )
}
