/** The pages of a document below each other, as large as they fit or as somebody wants them. For PdfViewer.tsx. */
import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react'
import { text } from '../../../text/index.ts'
import { PdfPage } from './PdfPage.tsx'
import { placeIn, returnTo, type Place } from './place.ts'
import { PAGES_MAX, PAPER, shownOf } from './scale.ts'

interface PdfPagesProps {
  pdf: PDFDocumentProxy
  zoom: number
  scroller: RefObject<HTMLDivElement | null>
  onPage: (page: number) => void
}

/** At 1 a page is as wide as there is room, and no wider than on paper. */
const PAPER_SCALE = 1.5
const SIDES_PX = 24

export function PdfPages({ pdf, zoom, scroller, onPage }: PdfPagesProps) {
  const fit = useFit(pdf, scroller)
  const scale = fit && fit.scale * zoom
  const keepPlace = useKeptPlace(scroller, scale)
  useEffect(() => scroller.current?.focus({ preventScroll: true }), [scroller])
  return (
    <div
      ref={scroller}
      className="pdf-pages"
      tabIndex={0}
      role="group"
      aria-label={text.files.pdfPages}
      onScroll={({ currentTarget }) => {
        const place = keepPlace(currentTarget)
        if (place) onPage(place.page)
      }}
    >
      {fit &&
        scale !== undefined &&
        Array.from({ length: shownOf(pdf) }, (_, index) => (
          <PdfPage
            key={index}
            pdf={pdf}
            number={index + 1}
            size={fit.size}
            scale={scale}
            scroller={scroller}
          />
        ))}
      {pdf.numPages > PAGES_MAX && (
        <p className="muted small">{text.files.pdfFirst(PAGES_MAX, pdf.numPages)}</p>
      )}
    </div>
  )
}

interface Fit {
  size: { width: number; height: number }
  scale: number
}

/** Of the first page in the room that there is, also when a phone is turned. */
function useFit(pdf: PDFDocumentProxy, scroller: RefObject<HTMLElement | null>): Fit | undefined {
  const [size, setSize] = useState<Fit['size']>()
  const [room, setRoom] = useState(0)
  useEffect(() => {
    pdf.getPage(1).then(
      (first) => {
        const { width, height } = first.getViewport({ scale: 1 })
        setSize({ width, height })
      },
      // It says in its place that it cannot be drawn; others may be.
      () => setSize(PAPER),
    )
  }, [pdf])
  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const observer = new ResizeObserver(() => setRoom(element.clientWidth - SIDES_PX))
    observer.observe(element)
    return () => observer.disconnect()
  }, [scroller])
  return size && room > 0 ? { size, scale: Math.min(PAPER_SCALE, room / size.width) } : undefined
}

/**
 * What stands in the middle stays there when pages become larger or smaller. It is kept before they do: smaller pages have
 * moved the scroll already when one can look.
 */
function useKeptPlace(
  scroller: RefObject<HTMLElement | null>,
  scale: number | undefined,
): (scroller: HTMLElement) => Place | undefined {
  const place = useRef<Place>(undefined)
  useLayoutEffect(() => {
    const element = scroller.current
    if (!element || scale === undefined) return
    if (place.current) returnTo(element, place.current)
    place.current = placeIn(element)
  }, [scroller, scale])
  return (element) => {
    place.current = placeIn(element)
    return place.current
  }
}
