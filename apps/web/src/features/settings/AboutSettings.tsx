/** What this is and how it protects, in a few sentences. */
import { text } from '../../text/index.ts'
import { Mark } from '../../ui/Mark.tsx'
import { Section } from '../../ui/Page.tsx'

export function AboutSettings() {
  return (
    <>
      <div className="row section">
        <Mark />
        <strong>{text.ui.product}</strong>
      </div>
      <Section title={text.settings.aboutEncryption}>
        <div className="stack">
          {text.settings.aboutLines.map((line) => (
            <p key={line}>{line}</p>
          ))}
        </div>
      </Section>
      <p className="muted small">{text.settings.aboutFree}</p>
    </>
  )
}
