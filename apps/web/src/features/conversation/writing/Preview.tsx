/** What is being written, as it will be read: the same renderer. */
import { text } from '../../../text/index.ts'
import { MessageBody } from '../MessageBody.tsx'
import './writing.css'

export function Preview({ words }: { words: string }) {
  return (
    <section className="preview" aria-label={text.writing.preview}>
      {words.trim() === '' ? (
        <p className="muted">{text.writing.previewEmpty}</p>
      ) : (
        <MessageBody words={words} />
      )}
    </section>
  )
}
