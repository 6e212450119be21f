/** A user name to start from, made of somebody's name: "Ana María Ruiz" becomes "ana.ruiz". */
export function suggestUserName(displayName: string): string {
  const plain = displayName.normalize('NFKD').replace(/\p{M}/gu, '').replaceAll('ß', 'ss').toLowerCase()
  const words = plain.split(/[^a-z0-9]+/).filter(Boolean)
  const first = words[0] ?? ''
  const last = words.length > 1 ? `.${words.at(-1) ?? ''}` : ''
  return (first + last).slice(0, 32)
}
