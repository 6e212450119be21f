/** What hostile people type into every field, read by somebody in a real browser: it stays words, and the page stays whole. */
import { HOSTILE_NAMES, HOSTILE_TEXTS, type TestPerson } from '@reforms/testkit'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { look } from '../harness/look.ts'
import { startOrganisation } from '../harness/organisation.ts'
import { ARRIVAL_MS, type BrowserPerson } from '../harness/person.ts'

const A_MESSAGE = 16
/** What may be in the page, formulas among it: nothing else, and none of it with a handler of its own. */
const ALLOWED =
  'a,annotation,article,aside,b,bdi,body,blockquote,br,button,circle,code,dd,div,dl,dt,ellipse,em,footer,form,h1,h2,h3,head,header,hr,html,img,input,kbd,label,li,line,link,main,math,meta,mi,mn,mo,mrow,mtext,nav,noscript,ol,option,p,path,polygon,polyline,pre,rect,s,script,section,select,semantics,small,span,strong,svg,table,tbody,td,textarea,th,thead,time,title,tr,ul'.split(
    ',',
  )

interface Watched {
  violations: string[]
}

/** Whatever the policy stops, and whatever opens a dialog. */
async function watchOver(person: BrowserPerson): Promise<string[]> {
  const seen: string[] = []
  const note = () => {
    const watched = globalThis as unknown as Watched
    watched.violations = []
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, sample, blockedURI }) =>
      watched.violations.push(`${violatedDirective} ${blockedURI} ${sample}`),
    )
  }
  await person.page.addInitScript(note)
  await person.page.evaluate(note)
  person.page.on('dialog', (dialog) => {
    seen.push(`a dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  person.page.on('request', (request) => {
    if (request.url().includes('elsewhere.example')) seen.push(`a request: ${request.url()}`)
  })
  return seen
}

/** Elements that nobody of ours has made. */
function strangers(page: Page): Promise<string[]> {
  return page.evaluate((allowed) => {
    const found: string[] = []
    for (const element of document.querySelectorAll('*')) {
      const name = element.localName
      const handlers = element.getAttributeNames().filter((attribute) => attribute.startsWith('on'))
      const address = element.getAttribute('href') ?? element.getAttribute('src') ?? ''
      const script = name === 'script' && !address.startsWith('/')
      // The page's own icon is a drawing, with the number of unread messages.
      const icon = name === 'link' && address.startsWith('data:image/png;')
      const elsewhere = !icon && /^\s*(?:javascript|data|vbscript):/i.test(address)
      if (!allowed.includes(name) || handlers.length > 0 || script || elsewhere)
        found.push(element.outerHTML.slice(0, 200))
    }
    return [...found, ...(globalThis as unknown as Watched).violations]
  }, ALLOWED)
}

async function saysEverything(
  person: TestPerson,
  channelId: Parameters<TestPerson['say']>[0],
): Promise<void> {
  for (let at = 0; at < HOSTILE_TEXTS.length; at += A_MESSAGE)
    await person.say(channelId, HOSTILE_TEXTS.slice(at, at + A_MESSAGE).join('\n\n'))
  const files = HOSTILE_TEXTS.slice(0, 10).map((text) => ({
    name: text.slice(0, 200),
    mediaType: text.length % 2 === 0 ? 'text/html' : 'image/svg+xml',
    bytes: new TextEncoder().encode(
      '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    ),
    width: 400,
    height: 300,
  }))
  await person.do('message.send', { channelId, text: 'All said', files })
}

/** From the newest message to the first, looking at everything that is drawn on the way. */
async function readsBack(person: BrowserPerson): Promise<string[]> {
  const { page } = person
  const found = new Set<string>()
  const beginning = page.getByText(/^This is the beginning of /)
  await page.getByRole('log', { name: 'Messages' }).hover()
  for (let step = 0; step < 200 && !(await beginning.isVisible()); step += 1) {
    for (const each of await strangers(page)) found.add(each)
    await page.mouse.wheel(0, -900)
    await page.waitForTimeout(60)
  }
  await beginning.waitFor()
  for (const each of await strangers(page)) found.add(each)
  return [...found]
}

test('LIM-1, NAME-3 (stored XSS, Signal Desktop’s pasted HTML, NUL and RTL names): hostile texts in every field stay words', async () => {
  const { admin, hire, welcome } = await startOrganisation()
  const eve = await hire('Eve')
  await admin.do('settings.update', { organisation: HOSTILE_NAMES[0]! })
  const ward = await admin.createChannel('Ward 3')
  await eve.join(ward)
  const ben = await welcome('Ben Okafor')
  const seen = await watchOver(ben)
  await ben.joinChannel('Ward 3')
  await saysEverything(eve, ward)
  await ben.message('All said').waitFor({ timeout: ARRIVAL_MS })
  expect(await readsBack(ben)).toEqual([])

  for (const [index, name] of HOSTILE_NAMES.slice(0, 40).entries()) {
    if (index % 4 === 0) await eve.do('profile.update', { displayName: name })
    await eve
      .do('channel.create', { kind: 'public', name, topic: name, history: 'all', members: [] })
      .catch((error: unknown) => expect(error).toMatchObject({ problem: { code: 'name-taken' } }))
  }
  const { channelId } = await eve.do('channel.create', {
    kind: 'private',
    name: HOSTILE_NAMES[1]!,
    topic: HOSTILE_TEXTS.slice(0, 4).join('\n').slice(0, 500),
    history: 'joining',
    members: [],
  })
  const people = await eve.until('people', {}, (all) => all.some(({ userName }) => userName === 'ben.okafor'))
  const benId = people.find(({ userName }) => userName === 'ben.okafor')!.userId
  await eve.do('channel.addMembers', { channelId, people: [benId] })
  const problems: string[] = []
  for (const place of ['#/browse', '#/people', '#/']) {
    await ben.go(place)
    await ben.page.getByRole('main').waitFor()
    await ben.page.waitForTimeout(500)
    problems.push(...(await strangers(ben.page)))
  }
  await ben.conversations().waitFor()
  await ben.conversations().getByRole('link', { name: HOSTILE_NAMES[1]! }).first().click()
  await ben.composer().waitFor({ timeout: ARRIVAL_MS })
  await ben.page.getByRole('button', { name: 'Details' }).click()
  await ben.page.getByRole('complementary', { name: 'Details' }).waitFor()
  problems.push(...(await strangers(ben.page)), ...(await look(ben.page, 'hostile')))
  await ben.say('Still here')
  await eve.hears(channelId, 'Still here')
  expect(problems).toEqual([])
  expect(seen).toEqual([])
})
