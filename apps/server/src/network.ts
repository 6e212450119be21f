/** Which addresses count as one caller, for rates and failures: an IPv6 customer has a whole /64. */
export function networkOf(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address
  const [before = '', after] = address.split('::')
  const groups = before === '' ? [] : before.split(':')
  if (after !== undefined) groups.push(...Array<string>(Math.max(0, 8 - groups.length)).fill('0'))
  return `${groups.slice(0, 4).join(':')}::/64`
}
