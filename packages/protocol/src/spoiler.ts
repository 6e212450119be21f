/**
 * Spoilers in what people write: ||words|| that a reader uncovers. Wherever a message is shown in one line, or said aloud, something
 * else stands in their place.
 */
const SPOILER = /\|\|([^|]+(?:\|[^|]+)*)\|\|/g
const COVER = '▮▮▮'

export function withoutSpoilers(text: string, cover = COVER): string {
  return text.replaceAll(SPOILER, (whole: string, words: string) => (words.trim() === '' ? whole : cover))
}
