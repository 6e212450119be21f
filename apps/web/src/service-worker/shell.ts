/**
 * The shell: the page and the files of one build of the web client, kept so that it opens without a connection. Only the page and
 * its files are ever kept or answered for; whatever else a page asks for goes to the server untouched. For service-worker.ts.
 *
 * 1. A build is kept whole or not at all: the page is stored last, and only if it is the page of these files.
 * 2. The page comes from the server wherever that answers, so that nobody stays on an old build.
 * 3. Files that only some ever use are kept when they are first fetched.
 * 4. Scripts and styles carry a hash in their names: what is kept under a name is right.
 */

/** A build of the web client, as tools/service-worker.mjs finds it. */
export interface Build {
  /** Differs for each build. */
  readonly name: string
  /** Paths of all files but the page. */
  readonly files: readonly string[]
  /** Those that the page itself names. */
  readonly entries: readonly string[]
}

export type Wanted = 'page' | 'file' | undefined

const PREFIX = 'reforms-shell-'
const PAGE = '/'
const PAGES: ReadonlySet<string> = new Set([PAGE, '/index.html'])
const FILES_FOLDER = '/assets/'
const RARE_FOLDER = '/assets/rare/'
/** A server that takes longer is as good as none: people want to read. */
const ANSWER_WITHIN_MS = 3000

function cacheOf(build: Build): string {
  return `${PREFIX}${build.name}`
}

/** What of the shell a request is for; undefined: nothing of it. */
export function wantedBy(
  request: Pick<Request, 'method' | 'mode' | 'url'>,
  build: Build,
  origin: string,
): Wanted {
  const { origin: from, pathname } = new URL(request.url)
  if (request.method !== 'GET' || from !== origin) return undefined
  if (request.mode === 'navigate') return PAGES.has(pathname) ? 'page' : undefined
  return pathname.startsWith(FILES_FOLDER) || build.files.includes(pathname) ? 'file' : undefined
}

/** Throws TypeError where a file is not there, or where the server has another build by now. */
export async function keepShell(build: Build): Promise<void> {
  const cache = await caches.open(cacheOf(build))
  await cache.addAll(build.files)
  const page = await fetch(PAGE, { cache: 'no-store' })
  const words = page.ok && !page.redirected ? await page.clone().text() : ''
  if (!build.entries.every((path) => words.includes(path)))
    throw new TypeError('the page is of another build')
  await cache.put(PAGE, page)
}

export async function answerPage(request: Request, build: Build): Promise<Response> {
  const asked = fetch(request)
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, ANSWER_WITHIN_MS))
  const answer = await Promise.race([asked.catch(() => undefined), late])
  // A proxy answers for a server that is down.
  if (answer && answer.status < 500) return answer
  const cache = await caches.open(cacheOf(build))
  return (await cache.match(PAGE)) ?? asked
}

/** Of this build, or of the one before: pages of it may still be open. */
export async function answerFile(request: Request, build: Build): Promise<Response> {
  const cache = await caches.open(cacheOf(build))
  const kept = (await cache.match(request)) ?? (await caches.match(request))
  if (kept) return kept
  const answer = await fetch(request)
  if (answer.ok && new URL(request.url).pathname.startsWith(RARE_FOLDER))
    await cache.put(request, answer.clone())
  return answer
}

/** The last build before this one stays: pages of it may be open, and start its worker or fetch the rest of it. */
export function outdatedCaches(names: readonly string[], build: Build): string[] {
  return names.filter((name) => name.startsWith(PREFIX) && name !== cacheOf(build)).slice(0, -1)
}

export async function dropOutdated(build: Build): Promise<void> {
  await Promise.all(outdatedCaches(await caches.keys(), build).map((name) => caches.delete(name)))
}
