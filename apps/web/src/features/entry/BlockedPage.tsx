/** Shown instead of everything where the browser cannot encrypt: says what is wrong and what to do. */
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { EntryLayout } from './EntryLayout.tsx'

export function InsecurePage({ address }: { address: URL }) {
  const secure = new URL(address)
  secure.protocol = 'https:'
  return (
    <EntryLayout title={text.entry.blockedTitle} lead={text.entry.insecure(address.host)}>
      <h2>{text.entry.insecureWhatToDo}</h2>
      <Steps steps={text.entry.insecureSteps} />
      <div className="entry-actions">
        <Button look="primary" onClick={() => location.assign(secure)}>
          {text.entry.tryHttps}
        </Button>
      </div>
    </EntryLayout>
  )
}

export function UnsupportedPage({ missing }: { missing: string[] }) {
  return (
    <EntryLayout title={text.entry.blockedTitle} lead={text.entry.missing}>
      <ul className="entry-list">
        {missing.map((feature) => (
          <li key={feature}>{feature}</li>
        ))}
      </ul>
      <h2>{text.entry.insecureWhatToDo}</h2>
      <Steps steps={text.entry.missingWhatToDo} />
    </EntryLayout>
  )
}

function Steps({ steps }: { steps: string[] }) {
  return (
    <ul className="entry-list">
      {steps.map((step) => (
        <li key={step}>{step}</li>
      ))}
    </ul>
  )
}
