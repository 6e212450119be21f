/**
 * The places and dialogs beside the messages, each loaded when it is due or when the page has nothing else to do: a page that
 * stays open while the server gets another build must not find them gone.
 */
import type { Me } from '@reforms/client'
import { useEffect } from 'react'
import type { AdminPlace, SettingsPlace } from '../../route/route.ts'
import { later, useLater } from '../../ui/later.ts'
import { PageSkeleton, PartsSkeleton } from '../../ui/PageSkeleton.tsx'
import type { Sheet } from './sheets.ts'

const admin = later(async () => (await import('../admin/AdminPage.tsx')).AdminPage)
const browse = later(async () => (await import('../channels/BrowsePage.tsx')).BrowsePage)
const people = later(async () => (await import('../people/PeoplePage.tsx')).PeoplePage)
const saved = later(async () => (await import('../personal/SavedPage.tsx')).SavedPage)
const threads = later(async () => (await import('../personal/ThreadsPage.tsx')).ThreadsPage)
const scheduled = later(async () => (await import('../later/ScheduledPage.tsx')).ScheduledPage)
const reminders = later(async () => (await import('../personal/RemindersPage.tsx')).RemindersPage)
const inbox = later(async () => (await import('../inbox/InboxPage.tsx')).InboxPage)
const search = later(async () => (await import('../search/SearchPanel.tsx')).SearchPanel)
const settings = later(async () => (await import('../settings/SettingsPage.tsx')).SettingsPage)
const sheets = later(async () => (await import('./Sheets.tsx')).Sheets)

const ALL = [sheets, search, inbox, threads, saved, reminders, scheduled, settings, people, browse, admin]
/** After the messages are on the screen; what somebody asks for meanwhile is loaded at once. */
const SOON_MS = 1500

export function useLoadedSoon(): void {
  useEffect(() => {
    const timer = setTimeout(() => {
      // What fails is asked for again when it is needed, and then says so.
      for (const part of ALL) part.load().catch(() => undefined)
    }, SOON_MS)
    return () => clearTimeout(timer)
  }, [])
}

export function AdminPage(page: { part: AdminPlace | undefined }) {
  const Page = useLater(admin)
  return Page ? <Page {...page} /> : <PartsSkeleton />
}

export function SettingsPage(page: { part: SettingsPlace | undefined }) {
  const Page = useLater(settings)
  return Page ? <Page {...page} /> : <PartsSkeleton />
}

export function BrowsePage() {
  const Page = useLater(browse)
  return Page ? <Page /> : <PageSkeleton />
}

export function InboxPage() {
  const Page = useLater(inbox)
  return Page ? <Page /> : <PageSkeleton />
}

export function SavedPage() {
  const Page = useLater(saved)
  return Page ? <Page /> : <PageSkeleton />
}

export function ThreadsPage() {
  const Page = useLater(threads)
  return Page ? <Page /> : <PageSkeleton />
}

export function RemindersPage() {
  const Page = useLater(reminders)
  return Page ? <Page /> : <PageSkeleton />
}

export function ScheduledPage() {
  const Page = useLater(scheduled)
  return Page ? <Page /> : <PageSkeleton />
}

export function PeoplePage() {
  const Page = useLater(people)
  return Page ? <Page /> : <PageSkeleton />
}

/** Nothing stands in for it: it is here within a moment. */
export function SearchPanel(panel: { typed: string; onType: (typed: string) => void; onClose: () => void }) {
  const Panel = useLater(search)
  return Panel ? <Panel {...panel} /> : null
}

/** Nothing stands in for a dialog: it opens when it can be used. */
export function Sheets(sheet: { sheet: Sheet; me: Me; onClose: () => void }) {
  const Open = useLater(sheets)
  return Open ? <Open {...sheet} /> : null
}
