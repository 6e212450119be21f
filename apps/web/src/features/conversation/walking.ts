/** From one message to the next by the arrow keys, in the list that both stand in. */

export function focusNeighbour(message: HTMLElement, step: 1 | -1): void {
  const list = message.closest('[role="log"]')
  const messages = [...(list?.querySelectorAll<HTMLElement>('article.message') ?? [])]
  const next = messages[messages.indexOf(message) + step]
  next?.focus()
  next?.scrollIntoView({ block: 'nearest' })
}
