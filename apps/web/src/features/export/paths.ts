/** Names of folders and files that every system takes, made of names that people gave. For archive.ts. */
const NAME_MAX_CHARACTERS = 80
/** What some system does not take in a name, and what would be a path; controls are in no name (NAME-1), but a server may lie. */
const REFUSED = /[\p{Cc}\p{Cf}"*/:<>?\\|]+/gu
const ENDING = /\.[\p{L}\p{N}]{1,10}$/u

/** The number in front makes it the only one of its name, and none that a system keeps for itself. */
export function folderOf(number: number, name: string): string {
  return `${number} ${shortened(name)}`.trimEnd()
}

/** Keeps its ending, by which systems know what opens it. */
export function filePathOf(seq: number, number: number, name: string): string {
  const ending = ENDING.exec(name)?.[0] ?? ''
  return `${seq}-${number} ${shortened(name.slice(0, name.length - ending.length))}`.trimEnd() + ending
}

function shortened(name: string): string {
  const clean = name.replaceAll(REFUSED, ' ').replaceAll(/\s+/g, ' ').trim()
  return [...clean]
    .slice(0, NAME_MAX_CHARACTERS)
    .join('')
    .replaceAll(/[. ]+$/g, '')
}

/** As a link from a page beside it. */
export function hrefOf(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}
