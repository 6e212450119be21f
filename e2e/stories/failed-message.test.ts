/** A message that cannot be sent says why, and is sent again or thrown away by whoever wrote it. */
import { expect, test } from 'vitest'
import { CONNECTION_LOST } from '../harness/browser.ts'
import { look, LOOKING_MS } from '../harness/look.ts'
import { startOrganisation } from '../harness/organisation.ts'
import { ARRIVAL_MS } from '../harness/person.ts'

test(
  'ENG-10: written offline for a channel that was archived meanwhile: it says so, and is retried or discarded',
  { timeout: LOOKING_MS },
  async () => {
    const { wire, admin, welcome } = await startOrganisation()
    const channelId = await admin.createChannel('Ward 3')
    const ben = await welcome('Ben Okafor')
    const { page } = ben
    await ben.joinChannel('Ward 3')
    await ben.say('Before')
    await admin.hears(channelId, 'Before')

    ben.profile.tolerate(...CONNECTION_LOST)
    wire.cut()
    await page.getByText('You are offline').waitFor()
    await ben.say('To be sent after all')
    await ben.say('Not worth it any more')
    await admin.do('channel.archive', { channelId, archived: true })
    wire.mend()
    const kept = ben.message('To be sent after all')
    const given = ben.message('Not worth it any more')
    for (const message of [kept, given])
      await message.getByText('This channel is archived').waitFor({ timeout: ARRIVAL_MS })
    expect(await look(page, 'failed message')).toEqual([])

    await kept.getByRole('button', { name: 'Retry' }).click()
    await kept.getByText('This channel is archived').waitFor({ timeout: ARRIVAL_MS })
    await given.getByRole('button', { name: 'Discard' }).click()
    await given.waitFor({ state: 'detached' })
    await page.reload()
    await kept.getByText('This channel is archived').waitFor({ timeout: ARRIVAL_MS })
    expect(await given.count()).toBe(0)

    await admin.do('channel.archive', { channelId, archived: false })
    await ben.composer().waitFor({ timeout: ARRIVAL_MS })
    await kept.getByRole('button', { name: 'Retry' }).click()
    await kept.getByRole('button', { name: 'Retry' }).waitFor({ state: 'detached', timeout: ARRIVAL_MS })
    await ben.reads('To be sent after all')
    await admin.hears(channelId, 'To be sent after all')
    expect(await admin.texts(channelId)).toEqual(['Before', 'To be sent after all'])
  },
)
