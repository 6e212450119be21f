/** Saying something: form, files, what is unread, and taking it back. */
import { expect, test } from 'vitest'
import { startOrganisation } from '../harness/organisation.ts'
import type { BrowserPerson } from '../harness/person.ts'

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

test('FIL-1, BLB-2: words keep their form, and a file arrives as it was sent', async () => {
  const { admin, welcome } = await startOrganisation()
  const channelId = await admin.createChannel('Ward 3')
  const ben = await welcome('Ben Okafor')
  await ben.joinChannel('Ward 3')
  await ben.composer().fill('**Bold** and `code`, and <b>no markup</b> of others')
  await ben.composer().press('Enter')
  const message = ben.message('Bold')
  await message.locator('strong', { hasText: 'Bold' }).waitFor()
  await message.locator('code', { hasText: 'code' }).waitFor()
  expect(await message.innerText()).toContain('<b>no markup</b>')

  const { page } = ben
  await drop(ben, [
    { name: 'pixel.png', type: 'image/png', base64: PIXEL.toString('base64') },
    { name: 'notes.txt', type: 'text/plain', base64: Buffer.from('For the night shift').toString('base64') },
  ])
  await paste(ben, { name: 'copied.png', type: 'image/png', base64: PIXEL.toString('base64') })
  for (const name of ['pixel.png', 'notes.txt', 'copied.png'])
    await page.getByRole('list', { name: 'Attached files' }).getByText(name).waitFor()
  await ben.composer().fill('Three files')
  await ben.composer().press('Enter')
  await ben.reads('Three files')
  await admin.hears(channelId, 'Three files')
  const { items } = await admin.until('timeline', { channelId, limit: 50 }, (view) =>
    view.items.some((item) => item.kind === 'message' && item.files.length === 3),
  )
  const files = items.flatMap((item) => (item.kind === 'message' ? item.files : []))
  const notes = files.find(({ name }) => name === 'notes.txt')!
  const { bytes } = await admin.do('file.read', { channelId, blobId: notes.blobId })
  expect(new TextDecoder().decode(bytes)).toBe('For the night shift')
  await page.getByRole('img', { name: 'Image pixel.png' }).waitFor()
  await page.getByRole('img', { name: 'Image copied.png' }).waitFor()
})

interface Held {
  name: string
  type: string
  base64: string
}

/** What somebody drags from a folder or has copied, as the browser hands it over. */
function transferOf({ page }: BrowserPerson, files: Held[]) {
  return page.evaluateHandle((held) => {
    const transfer = new DataTransfer()
    for (const { name, type, base64 } of held) {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
      transfer.items.add(new File([bytes], name, { type }))
    }
    return transfer
  }, files)
}

async function drop(person: BrowserPerson, files: Held[]): Promise<void> {
  const dataTransfer = await transferOf(person, files)
  const target = person.page.locator('.drop-target')
  await target.dispatchEvent('dragover', { dataTransfer })
  await person.page.getByText('Drop to attach').waitFor()
  await target.dispatchEvent('drop', { dataTransfer })
  await person.page.getByText('Drop to attach').waitFor({ state: 'detached' })
}

async function paste(person: BrowserPerson, file: Held): Promise<void> {
  const transfer = await transferOf(person, [file])
  await person.composer().evaluate((field, clipboardData) => {
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  }, transfer)
}

test('LOG-16: what is unread is counted, read once it is seen, and gone once it is deleted', async () => {
  const { admin, welcome } = await startOrganisation()
  const channelId = await admin.createChannel('Ward 3')
  const ben = await welcome('Ben Okafor')
  await ben.joinChannel('Ward 3')
  await ben.go('#/')
  await admin.say(channelId, 'One')
  await admin.say(channelId, 'Two')
  await ben.conversations().getByText('2 unread').waitFor()
  await ben.openConversation('Ward 3')
  await ben.reads('Two')
  await ben.conversations().getByText('2 unread').waitFor({ state: 'detached' })

  await ben.say('A mistake')
  await admin.hears(channelId, 'A mistake')
  const message = ben.message('A mistake')
  await message.hover()
  await message.getByRole('button', { name: 'Message actions' }).click()
  await ben.page.getByRole('menuitem', { name: 'Delete message' }).click()
  await ben.page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
  await ben.message('This message was deleted.').waitFor()
  await admin.until('timeline', { channelId, limit: 50 }, (view) =>
    view.items.some((item) => item.kind === 'message' && item.redacted === true),
  )
  expect(await admin.texts(channelId)).not.toContain('A mistake')
})
