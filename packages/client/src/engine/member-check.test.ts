/** A look at the members that fails: it is said, and nothing is thrown that nobody waits for. */
import { ProtocolError } from '@reforms/protocol'
import { expect, it } from 'vitest'
import { TransportLost } from '../ports.ts'
import { MemberChecks } from './member-check.ts'
import { newChannel } from './testing-channel.ts'

it('POL-4: says that members were not checked, whatever failed, and looks again the next time', async () => {
  const { device, log } = await newChannel()
  const said: string[] = []
  const note = (level: string) => (words: string) => void said.push(`${level}: ${words}`)
  Object.assign(device.ports, { log: { info: note('info'), warn: note('warn') } })
  let failure: Error = new Error('the disk is full')
  Object.assign(device.ports.transport, { call: () => Promise.reject(failure) })
  device.setConnection({ state: 'online' })
  const checks = new MemberChecks(device)
  expect(checks.warningsOf(log.channelId)).toEqual([])
  await expect.poll(() => said).toEqual(['warn: members were not checked'])
  failure = new ProtocolError('not-found')
  checks.check(log.channelId)
  await expect.poll(() => said[1]).toBe('info: members were not checked')
  failure = new TransportLost()
  checks.check(log.channelId)
  expect(checks.warningsOf(log.channelId)).toEqual([])
  expect(said).toHaveLength(2)
})
