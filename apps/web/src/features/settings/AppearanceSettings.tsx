/** Colours, contrast and density: kept on this device, at work at once. */
import { useState } from 'react'
import { text } from '../../text/index.ts'
import {
  CONTRASTS,
  DENSITIES,
  keepAppearance,
  readAppearance,
  THEMES,
  type Appearance,
} from '../../ui/appearance.ts'
import { Choice } from '../../ui/Choice.tsx'

function optionsOf<T extends string>(values: readonly T[], labels: Record<T, string>) {
  return values.map((value) => ({ value, label: labels[value] }))
}

export function AppearanceSettings() {
  const [appearance, setAppearance] = useState(readAppearance)
  const change = (part: Partial<Appearance>) => {
    const next = { ...appearance, ...part }
    setAppearance(next)
    keepAppearance(next)
  }
  return (
    <div className="stack">
      <Choice
        look="segments"
        label={text.settings.theme}
        value={appearance.theme}
        options={optionsOf(THEMES, text.settings.themes)}
        onValue={(theme) => change({ theme })}
      />
      <Choice
        look="segments"
        label={text.settings.contrast}
        value={appearance.contrast}
        options={optionsOf(CONTRASTS, text.settings.contrasts)}
        onValue={(contrast) => change({ contrast })}
      />
      <Choice
        look="segments"
        label={text.settings.density}
        value={appearance.density}
        options={optionsOf(DENSITIES, text.settings.densities)}
        onValue={(density) => change({ density })}
      />
    </div>
  )
}
