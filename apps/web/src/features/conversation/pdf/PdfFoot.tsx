/** Below a PDF: which page it is, how large it is shown, and saving it. */
import type { FileView } from '@reforms/client'
import type { ChannelId } from '@reforms/protocol'
import { ChevronLeft, ChevronRight, Download, ZoomIn, ZoomOut } from 'lucide-react'
import { text } from '../../../text/index.ts'
import { Button } from '../../../ui/Button.tsx'
import { IconButton } from '../../../ui/IconButton.tsx'
import { Spinner } from '../../../ui/Spinner.tsx'
import { useDownload } from '../file-urls.ts'

interface PdfFootProps {
  channelId: ChannelId
  file: FileView
  place: { page: number; pages: number; go: (page: number) => void }
  zoom: { value: number; step: (step: 1 | -1) => void }
}

export function PdfFoot({ channelId, file, place, zoom }: PdfFootProps) {
  const saving = useDownload(channelId, file)
  const { page, pages, go } = place
  return (
    <footer className="picture-foot">
      {pages > 0 && (
        <>
          <IconButton
            name={text.files.pdfPrevious}
            disabled={page <= 1}
            icon={<ChevronLeft size={20} className="icon-flips" />}
            onClick={() => go(page - 1)}
          />
          <PageField page={page} pages={pages} go={go} />
          <IconButton
            name={text.files.pdfNext}
            disabled={page >= pages}
            icon={<ChevronRight size={20} className="icon-flips" />}
            onClick={() => go(page + 1)}
          />
          <IconButton
            name={text.files.pdfSmaller}
            shortcut="-"
            icon={<ZoomOut size={20} />}
            onClick={() => zoom.step(-1)}
          />
          <IconButton
            name={text.files.pdfLarger}
            shortcut="+"
            icon={<ZoomIn size={20} />}
            onClick={() => zoom.step(1)}
          />
        </>
      )}
      <span className="grow" />
      {pages > 0 ? (
        <IconButton
          name={text.conversation.download(file.name)}
          icon={saving.busy ? <Spinner /> : <Download size={20} />}
          disabled={saving.busy}
          onClick={saving.start}
        />
      ) : (
        <Button icon={<Download size={16} />} busy={saving.busy} onClick={saving.start}>
          {text.conversation.downloadVerb}
        </Button>
      )}
    </footer>
  )
}

/** Follows the place where one is, and goes where one says. */
/** Of the form. */
const FIELD = 'page'

function PageField({ page, pages, go }: PdfFootProps['place']) {
  return (
    <form
      className="pdf-place muted small tabular"
      onSubmit={(event) => {
        event.preventDefault()
        go(Number(new FormData(event.currentTarget).get(FIELD)) || page)
      }}
    >
      <input
        key={page}
        name={FIELD}
        className="input pdf-number"
        inputMode="numeric"
        autoComplete="off"
        aria-label={text.files.pdfPlace}
        defaultValue={page}
      />
      <span aria-live="polite">{text.files.pdfOf(pages)}</span>
    </form>
  )
}
