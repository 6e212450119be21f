/** The worker that reads PDF documents: PDF.js as it is, in a file of this origin. Started by pdf-document.ts. */
import 'pdfjs-dist/legacy/build/pdf.worker.mjs'
