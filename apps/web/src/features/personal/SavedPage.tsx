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
import { DONE_KEY } from '../frame/shortcuts.ts'
import { PlacedList } from './PlacedList.tsx'
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
        <PlacedList label={text.personal.saved}>
          {saved.map((item) => (
            <Saved key={`${item.channelId}/${item.seq}`} item={item} />
          ))}
        </PlacedList>
      )}
    </Page>
  )
}

function Saved({ item }: { item: SavedItem }) {
  const save = useSaving(item.channelId)
  const remove = () => save(item.seq, false)
  return (
    <Placed message={item} keys={{ [DONE_KEY]: remove }}>
      <IconButton
        name={text.personal.removeNamed(item.said?.authorName ?? item.channelName)}
        icon={<BookmarkX size={20} />}
        shortcut={DONE_KEY}
        onClick={remove}
      />
    </Placed>
  )
}
