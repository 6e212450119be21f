/**
 * What English needs to say numbers. Texts are values and functions with types, and `Intl` knows languages: no format strings, whose
 * parser every page would load and whose mistakes show only when they are read. Another language is another catalogue of this type.
 */
const LANGUAGE = 'en'
const rules = new Intl.PluralRules(LANGUAGE)
const numbers = new Intl.NumberFormat(LANGUAGE)

/** `#` stands for the number; a form that is missing is `other`. */
export type Forms = { readonly [form in Exclude<Intl.LDMLPluralRule, 'other'>]?: string } & {
  readonly other: string
}

export function number(value: number): string {
  return numbers.format(value)
}

export function plural(count: number, forms: Forms): string {
  return (forms[rules.select(count)] ?? forms.other).replaceAll('#', () => number(count))
}

const MOST_NAMES = 12

/** "Ana, Ben and Carla", and how many more. */
export function listed(names: string[]): string {
  const shown = names.slice(0, MOST_NAMES)
  const more = names.length - shown.length
  if (more > 0) return `${shown.join(', ')} and ${more} more`
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}
