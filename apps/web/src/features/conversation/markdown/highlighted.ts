/** Code, cut into runs that look alike. What the worker answers, and what a block of code draws. */

/** What a run of code is, as tokens.css colours it; empty for what is nothing in particular. */
export const LOOKS = [
  '',
  'constant',
  'string',
  'comment',
  'keyword',
  'parameter',
  'function',
  'string-expression',
  'punctuation',
  'link',
  'inserted',
  'deleted',
  'changed',
] as const
export type Look = (typeof LOOKS)[number]

export interface Run {
  text: string
  look: Look
}

export interface HighlightRequest {
  id: number
  code: string
  language: string
}

export interface HighlightAnswer {
  id: number
  /** Absent where the language is not known, or its patterns cannot be used. */
  runs?: Run[]
  /** The language could not be loaded: it may be another time. */
  isLacking?: true
}
