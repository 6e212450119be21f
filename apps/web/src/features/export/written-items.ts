/** What stands in a conversation, as HTML: who said it and when, what was said of it, its files. For pages.ts. */
import type { HistoryItem, TimelineItem } from '@reforms/client'
import { text } from '../../text/index.ts'
import { sizeOf } from '../../ui/size.ts'
import { isImage } from '../conversation/attachments.ts'
import { html, NOTHING, type Html } from './html.ts'
import { hrefOf } from './paths.ts'
import { writtenMarkdown } from './written-markdown.ts'
import type { WrittenTimes } from './written-times.ts'

export interface Writing {
  readonly times: WrittenTimes
  /** Where a file is, from the page on. */
  readonly pathOf: (blobId: string) => string | undefined
  /** Where a message of the channel stands, as a link from the page. */
  readonly placeOf: (seq: number) => string
}

type Message = Extract<TimelineItem, { kind: 'message' }>
/** An answer may stand in its thread and in the channel: each has a place of its own. */
export type Stands = 'channel' | 'thread'

export function writtenItem(writing: Writing, { item, versions }: HistoryItem, stands: Stands): Html {
  const place = `${stands === 'channel' ? 'm' : 't'}${item.seq ?? ''}`
  if (item.kind === 'notice') return html`<p class="system" id="${place}-${item.key}">${item.text}</p> `
  const said =
    item.kind === 'message'
      ? saidBy(writing, item, versions, stands)
      : html`<p class="system">${text.export.unreadable}</p>`
  return html`<article id="${place}">
    <header>
      <strong><bdi>${item.authorName}</bdi></strong> ${timeOf(writing, item.at)}
    </header>
    ${said}
  </article> `
}

export function timeOf({ times }: Pick<Writing, 'times'>, at: number): Html {
  return html`<time datetime="${new Date(at).toISOString()}" title="${times.whole(at)}"
    >${times.time(at)}</time
  >`
}

function saidBy(writing: Writing, item: Message, versions: HistoryItem['versions'], stands: Stands): Html {
  if (item.redacted) return html`<p class="system">${text.export.deleted}</p>`
  return html`${setting(writing, item, stands)}
    <div class="said">${writtenMarkdown(item.text)}</div>
    ${pollOf(item)} ${filesOf(writing, item)} ${reactionsOf(item)} ${versionsOf(writing, versions)}
    ${item.pinned ? html`<p class="muted">${text.export.pinned}</p>` : NOTHING}`
}

function setting(writing: Writing, { answers, forwarded }: Message, stands: Stands): Html {
  if (forwarded) {
    const when = writing.times.whole(forwarded.at)
    return html`<p class="muted">${text.export.forwarded(forwarded.authorName, when)}</p>`
  }
  if (!answers || (answers.thread && stands === 'thread')) return NOTHING
  const { said } = answers
  const words = said ? `${said.authorName}: ${said.text}` : text.export.earlier
  return html`<p class="quote"><a href="${writing.placeOf(answers.seq)}">${words}</a></p>`
}

function pollOf({ poll }: Message): Html {
  if (!poll) return NOTHING
  const options = poll.options.map(
    (option) =>
      html`<li>
        ${option.text}
        <span class="muted">${text.export.votes(option.people.map(({ name }) => name))}</span>
      </li>`,
  )
  const ended = poll.ended ? html`<p class="muted">${text.export.pollEnded}</p>` : NOTHING
  return html`<ul>
      ${options}
    </ul>
    ${ended}`
}

function filesOf({ pathOf }: Writing, { files }: Message): Html {
  if (files.length === 0) return NOTHING
  const items = files.map(({ blobId, name, mediaType, size }) => {
    const path = pathOf(blobId)
    const words = html`<bdi>${name}</bdi> <span class="muted">${sizeOf(size)}</span>`
    if (path === undefined)
      return html`<li>${words} <span class="muted">${text.export.notIncluded}</span></li>`
    const picture = isImage(mediaType)
      ? html`<img src="${hrefOf(path)}" alt="${name}" loading="lazy" />`
      : NOTHING
    return html`<li><a href="${hrefOf(path)}">${picture}${words}</a></li>`
  })
  return html`<ul class="files">
    ${items}
  </ul>`
}

function reactionsOf({ reactions }: Message): Html {
  if (!reactions) return NOTHING
  const items = reactions.map(
    ({ emoji, people }) => html`<li>${emoji} ${people.map(({ name }) => name).join(', ')}</li>`,
  )
  return html`<ul class="reactions">
    ${items}
  </ul>`
}

/** The last one stands above. */
function versionsOf({ times }: Writing, versions: HistoryItem['versions']): Html {
  if (!versions || versions.length < 2) return NOTHING
  const items = versions.map(
    ({ text: words, at }) =>
      html`<li>
        <time datetime="${new Date(at).toISOString()}">${times.whole(at)}</time>
        <div class="said">${writtenMarkdown(words)}</div>
      </li>`,
  )
  return html`<details>
    <summary class="muted">${text.export.edited(times.whole(versions.at(-1)?.at ?? 0))}</summary>
    <ol>
      ${items}
    </ol>
  </details>`
}
