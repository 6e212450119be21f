/** Who is about: seen as online by those who share a channel, and as offline some time after the last page is closed. */
import type { Locator } from 'playwright-core'
import { test } from 'vitest'
import { startOrganisation } from '../harness/organisation.ts'
import { ARRIVAL_MS, type BrowserPerson } from '../harness/person.ts'

function memberAs(viewer: BrowserPerson, name: string, presence: 'online' | 'offline'): Locator {
  const members = viewer.page.getByRole('list', { name: 'Members' })
  return members.getByRole('button', { name: new RegExp(`^${name}.*, ${presence}$`) })
}

test('GW-7: two people see each other online, and one offline once their page is closed', async () => {
  const { admin, wire, welcome } = await startOrganisation()
  await admin.createChannel('Ward 3')
  const ben = await welcome('Ben Okafor')
  await ben.joinChannel('Ward 3')
  const carla = await welcome('Carla Mendes')
  await carla.joinChannel('Ward 3')
  for (const [viewer, other] of [
    [ben, carla],
    [carla, ben],
  ] as const) {
    await viewer.page.getByRole('button', { name: 'Members' }).click()
    for (const name of ['Ana Sousa', other.name, viewer.name])
      await memberAs(viewer, name, 'online').waitFor({ timeout: ARRIVAL_MS })
  }
  await carla.page.close()
  await memberAs(ben, 'Carla Mendes', 'offline').waitFor({ timeout: ARRIVAL_MS })
  await memberAs(ben, 'Ana Sousa', 'online').waitFor()
  const back = carla.inTab(await carla.profile.newTab())
  await back.page.goto(wire.url)
  await memberAs(ben, 'Carla Mendes', 'online').waitFor({ timeout: ARRIVAL_MS })
})
