/** A page of a PDF: drawn while it is near what is seen, with its words above the picture, to be selected and read aloud, and its links. */
import type { PDFDocumentProxy, PDFPageProxy, PageViewport } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { TextLayer } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { useEffect, useRef, useState, type RefObject } from 'react'
import { text } from '../../../text/index.ts'
import { isSafeLink } from '../markdown/parser.ts'
import { pixelRatio } from './scale.ts'

/** What is this near is drawn before it is seen. */
const NEAR = '600px 0px'
/** A page with more has them for another reason than to be followed. */
const LINKS_MAX = 500

interface PdfPageProps {
  pdf: PDFDocumentProxy
  number: number
  /** Of the first page, until this one says its own. */
  size: { width: number; height: number }
  scale: number
  scroller: RefObject<HTMLElement | null>
}

export function PdfPage({ pdf, number, size, scale, scroller }: PdfPageProps) {
  const place = useRef<HTMLElement>(null)
  const isNear = useNear(place, scroller)
  const [own, setOwn] = useState(size)
  return (
    <section
      ref={place}
      className="pdf-page"
      data-page={number}
      aria-label={text.files.pdfPage(number)}
      style={{ width: Math.floor(own.width * scale), height: Math.floor(own.height * scale) }}
    >
      {isNear && <Drawn pdf={pdf} number={number} scale={scale} onSize={setOwn} />}
    </section>
  )
}

function useNear(place: RefObject<HTMLElement | null>, scroller: RefObject<HTMLElement | null>): boolean {
  const [isNear, setNear] = useState(false)
  useEffect(() => {
    const element = place.current
    if (!element) return
    const observer = new IntersectionObserver(([entry]) => setNear(entry?.isIntersecting ?? false), {
      root: scroller.current,
      rootMargin: NEAR,
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [place, scroller])
  return isNear
}

interface DrawnProps extends Pick<PdfPageProps, 'pdf' | 'number' | 'scale'> {
  onSize: (size: { width: number; height: number }) => void
}

interface LinkOfPage {
  url: string
  box: { left: number; top: number; width: number; height: number }
}

function Drawn({ pdf, number, scale, onSize }: DrawnProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const words = useRef<HTMLDivElement>(null)
  const drawn = useRef<PDFPageProxy>(null)
  const [links, setLinks] = useState<LinkOfPage[]>([])
  const [failed, setFailed] = useState(false)
  useEffect(() => {
    let left = false
    let stop = () => {}
    const draw = async () => {
      const page = await pdf.getPage(number)
      if (left || !canvas.current || !words.current) return
      drawn.current = page
      const { width, height } = page.getViewport({ scale: 1 })
      onSize({ width, height })
      const viewport = page.getViewport({ scale })
      const drawing = drawPage(page, viewport, canvas.current, words.current)
      stop = drawing.stop
      setLinks(await linksOf(page, viewport))
      await drawing.done
    }
    draw().catch(() => !left && setFailed(true))
    return () => {
      left = true
      stop()
    }
  }, [pdf, number, scale, onSize])
  // Its pictures take more memory than the canvas: of each page that was ever seen, they would soon be too many.
  useEffect(() => () => void drawn.current?.cleanup(), [])
  return (
    <>
      <canvas ref={canvas} className="pdf-canvas" aria-hidden="true" />
      <div ref={words} className="pdf-words" />
      {links.map(({ url, box }, index) => (
        <a
          key={index}
          className="pdf-link"
          href={url}
          title={url}
          aria-label={url}
          target="_blank"
          rel="noopener noreferrer nofollow"
          style={box}
        />
      ))}
      {failed && <p className="pdf-page-failed muted">{text.files.pdfPageFailed(number)}</p>}
    </>
  )
}

function drawPage(
  page: PDFPageProxy,
  viewport: PageViewport,
  canvas: HTMLCanvasElement,
  words: HTMLDivElement,
): { stop: () => void; done: Promise<unknown> } {
  const { width, height, scale } = viewport
  const ratio = pixelRatio(width, height, devicePixelRatio)
  canvas.width = Math.floor(width * ratio)
  canvas.height = Math.floor(height * ratio)
  const canvasContext = canvas.getContext('2d')
  if (!canvasContext) return { stop: () => {}, done: Promise.resolve() }
  const picture = page.render({ canvasContext, viewport, transform: [ratio, 0, 0, ratio, 0, 0] })
  words.replaceChildren()
  words.style.setProperty('--scale-factor', String(scale))
  const layer = new TextLayer({ textContentSource: page.streamTextContent(), container: words, viewport })
  // What is stopped rejects, and is not drawn any more.
  const spoken = layer.render().catch(() => undefined)
  return {
    stop: () => {
      picture.cancel()
      layer.cancel()
    },
    done: Promise.all([picture.promise.catch(unlessStopped), spoken]),
  }
}

function unlessStopped(problem: unknown): void {
  if (!(problem instanceof Error) || problem.name !== 'RenderingCancelledException') throw problem
}

/** Those that lead elsewhere, as in a message: http, https and mailto. */
async function linksOf(page: PDFPageProxy, viewport: PageViewport): Promise<LinkOfPage[]> {
  const annotations = (await page.getAnnotations()) as { subtype: string; url?: string; rect: number[] }[]
  const links = annotations.flatMap(({ subtype, url, rect }) =>
    subtype === 'Link' && url !== undefined && isSafeLink(url) ? [{ url, rect }] : [],
  )
  return links.slice(0, LINKS_MAX).map(({ url, rect }) => {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = viewport.convertToViewportRectangle(rect) as number[]
    const [left, top] = [Math.min(x1, x2), Math.min(y1, y2)]
    return { url, box: { left, top, width: Math.abs(x2 - x1), height: Math.abs(y2 - y1) } }
  })
}
