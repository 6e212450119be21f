/** Finds people by any part of their names, without regard to accents and case; those whose word begins so come first. */
export interface Named {
  displayName: string
  userName: string
}

const byName = new Intl.Collator(undefined, { sensitivity: 'base' })

function plain(words: string): string {
  return words.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}

export function findPeople<P extends Named>(people: readonly P[], words: string): P[] {
  const wanted = plain(words.trim())
  const sorted = people.toSorted((a, b) => byName.compare(a.displayName, b.displayName))
  if (wanted === '') return sorted
  const rank = (person: P) => {
    const all = plain(`${person.displayName} ${person.userName}`)
    if (!all.includes(wanted)) return undefined
    return all.split(/[\s.]+/u).some((word) => word.startsWith(wanted)) ? 0 : 1
  }
  return sorted
    .map((person) => ({ person, rank: rank(person) }))
    .filter((ranked) => ranked.rank !== undefined)
    .sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0))
    .map((ranked) => ranked.person)
}
