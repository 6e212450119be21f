/** A second device, by the phrase, and its end. */
import { test } from 'vitest'
import { CONNECTION_LOST } from '../harness/browser.ts'
import { show } from '../harness/look.ts'
import { startOrganisation } from '../harness/organisation.ts'
import { BrowserPerson } from '../harness/person.ts'

test('ENG-8, DIR-7: the phrase in another browser brings everything back; removing the device ends that', async () => {
  const { wire, admin, welcome } = await startOrganisation()
  const channelId = await admin.createChannel('Ward 3')
  const ben = await welcome('Ben Okafor')
  await ben.joinChannel('Ward 3')
  await ben.say('Written on the first device')
  await admin.hears(channelId, 'Written on the first device')

  const phone = await BrowserPerson.restore(ben, wire.url)
  await phone.openConversation('Ward 3')
  await phone.reads('Written on the first device')
  await phone.say('And this on the second')
  await ben.reads('And this on the second')

  phone.profile.tolerate(...CONNECTION_LOST, /status of 401/)
  await ben.go('#/settings/devices')
  const { page } = ben
  const remove = page.getByRole('button', { name: /^Remove / }).last()
  await remove.waitFor()
  await show(page, 'devices')
  await remove.click()
  const dialog = page.getByRole('alertdialog').or(page.getByRole('dialog'))
  await dialog.getByLabel('Word 1', { exact: true }).fill(ben.phrase)
  await dialog.getByRole('button', { name: 'Remove device' }).click()
  await phone.page.getByText('This device was removed from your account').waitFor()
  await ben.go('#/')
  await ben.openConversation('Ward 3')
  await ben.say('The phone does not read this')
  await admin.hears(channelId, 'The phone does not read this')
})
