/** The parts that screens are made of, side by side. */
import { Archive, Plus, Settings } from 'lucide-react'
import { useState } from 'react'
import { Avatar } from '../src/ui/Avatar.tsx'
import { Button } from '../src/ui/Button.tsx'
import { Callout } from '../src/ui/Callout.tsx'
import { Choice } from '../src/ui/Choice.tsx'
import { Empty } from '../src/ui/Empty.tsx'
import { SelectField, TextField } from '../src/ui/Field.tsx'
import { IconButton } from '../src/ui/IconButton.tsx'
import { Menu, MenuItem } from '../src/ui/Menu.tsx'
import { Page, Section } from '../src/ui/Page.tsx'
import { PasswordField } from '../src/ui/PasswordField.tsx'
import { Skeleton } from '../src/ui/Skeleton.tsx'
import { ToastProvider } from '../src/ui/Toasts.tsx'
import { TooltipProvider } from '../src/ui/Tooltip.tsx'
import { PEOPLE } from './people.ts'

const OPTIONS = [
  { value: 'one', label: 'One', explanation: 'The first of them.' },
  { value: 'two', label: 'Two', explanation: 'The other.' },
] as const

export function Gallery() {
  const [words, setWords] = useState('')
  const [choice, setChoice] = useState<'one' | 'two'>('one')
  return (
    <TooltipProvider>
      <ToastProvider>
        <Page title="Gallery">
          <Section title="Buttons">
            <div className="row">
              <Button look="primary">Primary</Button>
              <Button>Quiet</Button>
              <Button look="plain">Plain</Button>
              <Button look="danger">Danger</Button>
              <Button busy>Busy</Button>
              <Button disabled>Disabled</Button>
              <Button size="small">Small</Button>
              <IconButton name="Settings" icon={<Settings size={20} />} />
              <Menu trigger={<IconButton name="Menu" icon={<Plus size={20} />} />}>
                <MenuItem icon={<Archive size={16} />} onSelect={() => undefined}>
                  Archive
                </MenuItem>
              </Menu>
            </div>
          </Section>
          <Section title="Fields">
            <div className="stack">
              <TextField label="Text" hint="A hint." value={words} onValue={setWords} />
              <TextField
                label="Wrong"
                error="What is wrong, and what to do."
                value={words}
                onValue={setWords}
              />
              <PasswordField label="Password" value={words} onValue={setWords} />
              <SelectField label="Select" value={choice} options={OPTIONS} onValue={setChoice} />
              <Choice label="Cards" value={choice} options={OPTIONS} onValue={setChoice} />
              <Choice look="segments" label="Segments" value={choice} options={OPTIONS} onValue={setChoice} />
            </div>
          </Section>
          <Section title="People">
            <div className="row">
              {PEOPLE.map((person) => (
                <Avatar
                  key={person.userId}
                  name={person.displayName}
                  seed={person.colourSeed}
                  presence={person.presence}
                />
              ))}
            </div>
          </Section>
          <Section title="Words">
            <div className="stack">
              <Callout>Good to know.</Callout>
              <Callout look="caution">Take care.</Callout>
              <Callout look="negative">Something went wrong.</Callout>
              <Skeleton />
              <Empty title="Nothing yet">And the one thing to do about it.</Empty>
            </div>
          </Section>
        </Page>
      </ToastProvider>
    </TooltipProvider>
  )
}
