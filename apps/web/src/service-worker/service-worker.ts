/**
 * The service worker: lets the page open without a connection, passes files that are played or saved from the page on to the
 * browser, and introduces tabs to each other. Built by tools/service-worker.mjs, after the web client, with the list of its files. It sees no key and no message: those
 * are of the engine's worker.
 */
import { answerStream, fileWantedBy } from './file-stream.ts'
import { introduce } from './introduce.ts'
import type { Introduction } from './introductions.ts'
import { answerFile, answerPage, dropOutdated, keepShell, wantedBy, type Build } from './shell.ts'
import type { StayAwake } from './stream-messages.ts'

declare const self: ServiceWorkerGlobalScope
/** Put in by the build. */
declare const REFORMS_BUILD: Build

self.addEventListener('install', (event) => {
  event.waitUntil(keepShell(REFORMS_BUILD).then(() => self.skipWaiting()))
})

self.addEventListener('activate', (event) => {
  event.waitUntil(dropOutdated(REFORMS_BUILD).then(() => self.clients.claim()))
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const token = fileWantedBy(request, self.location.origin)
  if (token !== undefined) return event.respondWith(answerStream(request, token))
  const wanted = wantedBy(request, REFORMS_BUILD, self.location.origin)
  if (wanted === 'page') event.respondWith(answerPage(request, REFORMS_BUILD))
  else if (wanted === 'file') event.respondWith(answerFile(request, REFORMS_BUILD))
})

self.addEventListener('message', (event) => {
  // A page that still hands something on says so, and any message keeps a worker awake.
  const message = event.data as Introduction | StayAwake
  if (message.kind === 'introduce' && event.source)
    event.waitUntil(introduce(event.source as Client, message))
})
