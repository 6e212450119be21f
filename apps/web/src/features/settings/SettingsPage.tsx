/** Settings: a list of parts and the one that is open. */
import { Bell, Info, KeyRound, MonitorSmartphone, Palette, UserRound } from 'lucide-react'
import { SETTINGS_PLACES, type SettingsPlace } from '../../route/route.ts'
import { text } from '../../text/index.ts'
import { PartsPage } from '../../ui/PartsPage.tsx'
import { AboutSettings } from './AboutSettings.tsx'
import { AppearanceSettings } from './AppearanceSettings.tsx'
import { DeviceSettings } from './DeviceSettings.tsx'
import { NotificationSettings } from './NotificationSettings.tsx'
import { ProfileSettings } from './ProfileSettings.tsx'
import { SecuritySettings } from './SecuritySettings.tsx'

const ICONS = {
  profile: UserRound,
  devices: MonitorSmartphone,
  security: KeyRound,
  appearance: Palette,
  notifications: Bell,
  about: Info,
}
const PARTS = {
  profile: ProfileSettings,
  devices: DeviceSettings,
  security: SecuritySettings,
  appearance: AppearanceSettings,
  notifications: NotificationSettings,
  about: AboutSettings,
}

export function SettingsPage({ part }: { part: SettingsPlace | undefined }) {
  const Part = PARTS[part ?? 'profile']
  return (
    <PartsPage
      title={text.settings.title}
      place="settings"
      part={part}
      parts={SETTINGS_PLACES.map((each) => ({
        part: each,
        name: text.settings.places[each],
        Icon: ICONS[each],
      }))}
    >
      <Part />
    </PartsPage>
  )
}
