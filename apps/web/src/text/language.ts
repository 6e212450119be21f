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
