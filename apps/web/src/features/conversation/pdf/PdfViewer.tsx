/** A message's PDF: its pages below each other, with zoom, a place and keys. Loaded when the first one is opened. */
import type { FileView } from '@reforms/client'
import type { ChannelId } from '@reforms/protocol'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { text } from '../../../text/index.ts'
import { Button } from '../../../ui/Button.tsx'
import { asFromLeft } from '../../../ui/direction.ts'
import { Dialog } from '../../../ui/Dialog.tsx'
import { PasswordField } from '../../../ui/PasswordField.tsx'
import { sizeOf } from '../../../ui/size.ts'
import { Spinner } from '../../../ui/Spinner.tsx'
import { useEngine } from '../../../watch/engine.tsx'
import { openPdf, type Opening } from './pdf-document.ts'
import { PdfFoot } from './PdfFoot.tsx'
import { PdfPages } from './PdfPages.tsx'
import { goToPage } from './place.ts'
import { shownOf, zoomed } from './scale.ts'
import './pdf.css'

interface PdfViewerProps {
  channelId: ChannelId
  file: FileView
  onClose: () => void
}

export function PdfViewer({ channelId, file, onClose }: PdfViewerProps) {
  const opening = useOpening(channelId, file)
  const scroller = useRef<HTMLDivElement>(null)
  const [page, setPage] = useState(1)
  const [zoom, setZoom] = useState(1)
  const pages = opening.state === 'ready' ? shownOf(opening.pdf) : 0
  const go = (to: number) => goToPage(scroller.current, Math.min(Math.max(1, to), pages))
  const onKey = (event: KeyboardEvent) => {
    if (pages === 0 || event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey) return
    const act = {
      ArrowLeft: () => go(page - 1),
      ArrowRight: () => go(page + 1),
      PageUp: () => go(page - 1),
      PageDown: () => go(page + 1),
      Home: () => go(1),
      End: () => go(pages),
      '+': () => setZoom(zoomed(zoom, 1)),
      '-': () => setZoom(zoomed(zoom, -1)),
    }[asFromLeft(event.key)]
    if (!act) return
    event.preventDefault()
    act()
  }
  return (
    <Dialog title={file.name} size="full" onKeyDown={onKey} onClose={onClose}>
      <div className="viewer">
        {opening.state === 'ready' ? (
          <PdfPages pdf={opening.pdf} zoom={zoom} scroller={scroller} onPage={setPage} />
        ) : (
          <div className="pdf-instead">
            <Instead opening={opening} file={file} />
          </div>
        )}
        <PdfFoot
          channelId={channelId}
          file={file}
          place={{ page, pages, go }}
          zoom={{ value: zoom, step: (step) => setZoom(zoomed(zoom, step)) }}
        />
      </div>
    </Dialog>
  )
}

function useOpening(channelId: ChannelId, { blobId, size }: FileView): Opening {
  const engine = useEngine()
  const [opening, setOpening] = useState<Opening>({ state: 'loading', bytes: 0 })
  useEffect(() => openPdf(engine, { channelId, blobId, size }, setOpening), [engine, channelId, blobId, size])
  return opening
}

/** What stands there until pages do. */
function Instead({ opening, file }: { opening: Opening; file: FileView }) {
  switch (opening.state) {
    case 'loading':
      return (
        <p className="row muted tabular" role="status">
          <Spinner />
          {text.files.pdfLoading(sizeOf(opening.bytes), sizeOf(file.size))}
        </p>
      )
    case 'locked':
      return <Unlock wrong={opening.wrong} onPassword={opening.open} />
    case 'failed':
      return <p role="alert">{text.files.pdfFailed[opening.problem]}</p>
    case 'ready':
      return null
  }
}

function Unlock({ wrong, onPassword }: { wrong: boolean; onPassword: (password: string) => void }) {
  const [password, setPassword] = useState('')
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        setPassword('')
        onPassword(password)
      }}
    >
      <PasswordField
        autoFocus
        autoComplete="off"
        label={text.files.pdfPassword}
        hint={text.files.pdfPasswordHint}
        error={wrong && password === '' ? text.files.pdfPasswordWrong : undefined}
        value={password}
        onValue={setPassword}
      />
      <div className="row">
        <Button type="submit" look="primary" disabled={password === ''}>
          {text.files.pdfUnlock}
        </Button>
      </div>
    </form>
  )
}
