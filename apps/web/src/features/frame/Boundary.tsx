/** What is shown when drawing itself fails: words and a way out, instead of an empty page. */
import { Component, type ReactNode } from 'react'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { EntryLayout } from '../entry/EntryLayout.tsx'

export class Boundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError() {
    return { failed: true }
  }

  override render() {
    if (!this.state.failed) return this.props.children
    return (
      <EntryLayout title={text.frame.crashedTitle} lead={text.frame.crashedLead}>
        <div className="entry-actions">
          <Button look="primary" onClick={() => location.reload()}>
            {text.frame.reload}
          </Button>
        </div>
      </EntryLayout>
    )
  }
}
