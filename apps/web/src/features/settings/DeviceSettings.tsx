/** One's devices, and how to remove one for good. */
import type { DeviceView } from '@reforms/client'
import { MonitorSmartphone } from 'lucide-react'
import { useState } from 'react'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { dateAndTimeOf } from '../../ui/clock.ts'
import { Section } from '../../ui/Page.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { useQuery } from '../../watch/engine.tsx'
import { useOpenSheet } from '../frame/sheets.ts'
import { HistorySettings } from './HistorySettings.tsx'
import { RemoveDeviceDialog } from './RemoveDeviceDialog.tsx'

export function DeviceSettings() {
  const devices = useQuery('devices', {})
  const openSheet = useOpenSheet()
  const [leaving, setLeaving] = useState<DeviceView>()
  return (
    <>
      <p className="section-lead muted">{text.settings.devicesLead}</p>
      {!devices && <Skeleton lines={2} />}
      <ul className="rows section" aria-label={text.settings.places.devices}>
        {devices?.map((device) => (
          <li key={device.deviceId}>
            <MonitorSmartphone size={20} aria-hidden="true" className="muted" />
            <div className="grow">
              <p className="rows-name" dir="auto">
                {device.name}{' '}
                {device.current && <span className="tag tag-accent">{text.settings.thisDevice}</span>}
              </p>
              <p className="muted small">{text.settings.addedOn(dateAndTimeOf(device.addedAt))}</p>
            </div>
            {device.current ? (
              <Button size="small" onClick={() => openSheet('sign-out')}>
                {text.frame.signOut}
              </Button>
            ) : (
              <Button
                size="small"
                aria-label={text.settings.removeNamed(device.name)}
                onClick={() => setLeaving(device)}
              >
                {text.settings.remove}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Section title={text.settings.addDevice} lead={text.settings.addDeviceLead}>
        <p className="mono small" dir="ltr">
          {location.origin}
        </p>
      </Section>
      <HistorySettings />
      {leaving && <RemoveDeviceDialog device={leaving} onClose={() => setLeaving(undefined)} />}
    </>
  )
}
