import { expect, test } from 'vitest'
import { networkOf } from './network.ts'

test('an IPv4 address stands for itself, also where it is mapped into IPv6', () => {
  for (const address of ['192.0.2.1', '::ffff:192.0.2.1']) expect(networkOf(address)).toBe(address)
})

test('IPv6 addresses of one /64 count as one, however they are written', () => {
  const network = '2001:db8:1:2::/64'
  for (const host of ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::', '2001:db8:1:2::1', '2001:db8:1:2:ffff::1']) {
    expect(networkOf(host)).toBe(network)
  }
  expect(networkOf('2001:db8:1:3::1')).not.toBe(network)
  expect(networkOf('::1')).toBe('0:0:0:0::/64')
  expect(networkOf('2001:db8::1')).toBe('2001:db8:0:0::/64')
})
