/** What the user has saved, the last one first; each leads to where it stands, and can be removed. */
import type { SavedItem } from '@reforms/client'
import { Bookmark, BookmarkX } from 'lucide-react'
import { go } from '../../route/useRoute.ts'
import { text } from '../../text/index.ts'
import { Empty } from '../../ui/Empty.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Page } from '../../ui/Page.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { useQuery } from '../../watch/engine.tsx'
import { Placed } from './PlacedMessage.tsx'
import { useSaving } from './useSaving.ts'

export function SavedPage() {
  const saved = useQuery('saved', {})
  return (
    <Page title={text.personal.saved} onBack={() => go({ place: 'home' })}>
      {!saved && <Skeleton lines={4} />}
      {saved?.length === 0 && (
        <Empty icon={<Bookmark size={20} />} title={text.personal.savedNone}>
          {text.personal.savedNoneLead}
        </Empty>
      )}
      {saved && saved.length > 0 && (
        <ul className="placed-list" aria-label={text.personal.saved}>
          {saved.map((item) => (
            <Saved key={`${item.channelId}/${item.seq}`} item={item} />
          ))}
        </ul>
      )}
    </Page>
  )
}

function Saved({ item }: { item: SavedItem }) {
  const save = useSaving(item.channelId)
  return (
    <Placed message={item}>
      <IconButton
        name={text.personal.removeNamed(item.said?.authorName ?? item.channelName)}
        icon={<BookmarkX size={20} />}
        onClick={() => save(item.seq, false)}
      />
    </Placed>
  )
}
