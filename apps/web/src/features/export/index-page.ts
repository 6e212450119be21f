/** The page that leads to all others of an exported history: the conversations, and their days. For archive.ts. */
import { text } from '../../text/index.ts'
import type { ExportOrder } from './archive.ts'
import { html, NOTHING } from './html.ts'
import type { ExportedChannel } from './json.ts'
import { hrefOf } from './paths.ts'
import { FOOT, head } from './sheet.ts'
import { WrittenTimes } from './written-times.ts'

export function indexPage(
  { me, server, timeZone, now, withFiles }: ExportOrder,
  channels: readonly ExportedChannel[],
): string {
  const times = new WrittenTimes(timeZone)
  const body = html`<h1>${text.export.indexTitle}</h1>
    <p>${text.export.madeBy(me.displayName, me.userName, server, times.whole(now))}</p>
    <p class="muted">${text.export.zone(timeZone)} ${withFiles ? '' : text.export.withoutFiles}</p>
    ${channels.map(entryOf)}`
  return head(text.export.indexTitle) + body.source + FOOT
}

function entryOf({ item, folder, days, pages, missing, leftOut }: ExportedChannel) {
  const link = (page: string) => `${hrefOf(folder)}/${page}`
  return html`<section>
    <h2><a href="${link(pages[0] ?? '')}">${item.name}</a></h2>
    <p class="muted">${text.channels.kinds[item.kind]}. ${item.topic}</p>
    ${missing > 0 ? html`<p>${text.export.missing(missing)}</p>` : NOTHING}
    ${leftOut > 0 ? html`<p>${text.export.leftOut(leftOut)}</p>` : NOTHING}
    <details>
      <summary>${text.export.days(days.length)}</summary>
      <ul>
        ${days.map(({ day, href }) => html`<li><a href="${link(href)}">${day}</a></li>`)}
      </ul>
    </details>
  </section> `
}
