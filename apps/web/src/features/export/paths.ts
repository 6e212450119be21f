/** Names of folders and files that every system takes, made of names that people gave. For archive.ts. */
const NAME_MAX_CHARACTERS = 80
/** A file system takes 255 for the whole name: what stands around it, with the longest ending, has the rest. */
const NAME_MAX_BYTES = 150
/** What some system does not take in a name, and what would be a path; controls are in no name (NAME-1), but a server may lie. */
const REFUSED = /[\p{Cc}\p{Cf}"*/:<>?\\|]+/gu
const ENDING = /\.[\p{L}\p{N}]{1,10}$/u
/** A browser opens these from the disk as pages, whose scripts run beside the other files. */
const LIVE = /\.(?:x?html?|xht|shtml?|mht(?:ml)?|svgz?|xml|xslt?|webarchive)$/i
const AS_WORDS = '.txt'

/** The number in front makes it the only one of its name, and none that a system keeps for itself. */
export function folderOf(number: number, name: string): string {
  return `${number} ${shortened(name)}`.trimEnd()
}

/** Keeps its ending, by which systems know what opens it; what would open as a page opens as words. */
export function filePathOf(seq: number, number: number, name: string): string {
  const ending = ENDING.exec(name)?.[0] ?? ''
  const path = `${seq}-${number} ${shortened(name.slice(0, name.length - ending.length))}`.trimEnd() + ending
  return LIVE.test(path) ? path + AS_WORDS : path
}

function shortened(name: string): string {
  const clean = name.replaceAll(REFUSED, ' ').replaceAll(/\s+/g, ' ').trim()
  return beginningOf([...clean].slice(0, NAME_MAX_CHARACTERS)).replaceAll(/[. ]+$/g, '')
}

/** As many whole characters as the bytes are enough for. */
function beginningOf(characters: readonly string[]): string {
  const room = new Uint8Array(NAME_MAX_BYTES)
  const name = characters.join('')
  return name.slice(0, new TextEncoder().encodeInto(name, room).read)
}

/** As a link from a page beside it. */
export function hrefOf(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}
