/** PDF documents of a few pages, made by hand: with words, a link, and a password where there is one (ISO 32000-1, revision 2). */
import { createHash } from 'node:crypto'

const PADDING = Buffer.from('28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a', 'hex')
/** Everything is allowed. */
const RIGHTS = -4
const ID = Buffer.alloc(16, 7)

const md5 = (...parts: Uint8Array[]) => createHash('md5').update(Buffer.concat(parts)).digest()
const padded = (password: string) => Buffer.concat([Buffer.from(password, 'latin1'), PADDING]).subarray(0, 32)

function rc4(key: Uint8Array, data: Uint8Array): Buffer {
  const box = Uint8Array.from({ length: 256 }, (_, index) => index)
  for (let i = 0, j = 0; i < 256; i += 1) {
    j = (j + box[i]! + key[i % key.length]!) & 255
    ;[box[i], box[j]] = [box[j]!, box[i]!]
  }
  let [i, j] = [0, 0]
  const changed = data.map((byte) => {
    i = (i + 1) & 255
    j = (j + box[i]!) & 255
    ;[box[i], box[j]] = [box[j]!, box[i]!]
    return byte ^ box[(box[i]! + box[j]!) & 255]!
  })
  return Buffer.from(changed)
}

interface Lock {
  key: Uint8Array
  entry: string
}

function lockOf(password: string): Lock {
  const owner = rc4(md5(padded(password)).subarray(0, 5), padded(password))
  const rights = Buffer.alloc(4)
  rights.writeInt32LE(RIGHTS)
  const key = md5(padded(password), owner, rights, ID).subarray(0, 5)
  const [o, u] = [owner, rc4(key, PADDING)].map((bytes) => `<${bytes.toString('hex')}>`)
  return { key, entry: `<< /Filter /Standard /V 1 /R 2 /O ${o} /U ${u} /P ${RIGHTS} >>` }
}

/** Of the object that it stands in. */
function locked(lock: Lock | undefined, object: number, bytes: Buffer): Buffer {
  if (!lock) return bytes
  const number = Buffer.from([object & 255, object >> 8, 0, 0, 0])
  return rc4(md5(lock.key, number).subarray(0, 10), bytes)
}

/** The first object of a page; its words are the one after it. */
const objectOf = (page: number) => 4 + 2 * page

export function makePdf(
  pages: readonly string[],
  options: { link?: string; password?: string; claims?: number } = {},
): Buffer {
  const lock = options.password === undefined ? undefined : lockOf(options.password)
  // Pages that are claimed, and not there, stand before the others.
  const claims = options.claims ?? 0
  const kids = [...(claims ? [pages.length] : []), ...pages.keys()].map((page) => `${objectOf(page)} 0 R`)
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Count ${claims + pages.length} /Kids [${kids.join(' ')}] >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    ...pages.flatMap((words, page) => pageOf(words, page, lock, page === 0 ? options.link : undefined)),
    ...(claims ? [`<< /Type /Pages /Parent 2 0 R /Count ${claims} /Kids [] >>`] : []),
  ]
  let pdf = '%PDF-1.4\n%\xe2\xe3\xcf\xd3\n'
  const places = objects.map((object, index) => {
    const place = pdf.length
    pdf += `${index + 1} 0 obj\n${object}\nendobj\n`
    return `${String(place).padStart(10, '0')} 00000 n \n`
  })
  const id = `<${ID.toString('hex')}>`
  const encrypt = lock ? `/Encrypt ${lock.entry}` : ''
  const trailer = `<< /Size ${objects.length + 1} /Root 1 0 R /ID [${id} ${id}] ${encrypt} >>`
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places.join('')}`
  return Buffer.from(`${pdf}${table}trailer\n${trailer}\nstartxref\n${pdf.length}\n%%EOF\n`, 'latin1')
}

function pageOf(words: string, page: number, lock: Lock | undefined, link: string | undefined): string[] {
  const object = objectOf(page)
  const address = link && locked(lock, object, Buffer.from(link)).toString('hex')
  const action = `/A << /S /URI /URI <${address}> >>`
  const links = link ? `/Annots [<< /Type /Annot /Subtype /Link /Rect [60 690 300 730] ${action} >>]` : ''
  const lines = words
    .split('\n')
    .map((line) => `(${line}) Tj T*`)
    .join(' ')
  const drawn = locked(lock, object + 1, Buffer.from(`BT /F1 24 Tf 36 TL 72 700 Td ${lines} ET`))
  return [
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents ${object + 1} 0 R /Resources << /Font << /F1 3 0 R >> >> ${links} >>`,
    `<< /Length ${drawn.length} >>\nstream\n${drawn.toString('latin1')}\nendstream`,
  ]
}
