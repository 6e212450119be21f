/** Light, dark, or as the system says. */
import { useState } from 'react'
import { text } from '../../text/index.ts'
import { Choice } from '../../ui/Choice.tsx'
import { applyTheme, readTheme, type Theme } from '../../ui/theme.ts'

const THEMES = (['system', 'light', 'dark'] as const).map((value) => ({
  value,
  label: text.settings.themes[value],
}))

export function AppearanceSettings() {
  const [theme, setTheme] = useState<Theme>(readTheme)
  return (
    <Choice
      look="segments"
      label={text.settings.theme}
      value={theme}
      options={THEMES}
      onValue={(next) => {
        setTheme(next)
        applyTheme(next)
      }}
    />
  )
}
