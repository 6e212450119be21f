/** The Chromium that stories and measurements drive, and how it is started. */
import { existsSync } from 'node:fs'

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
]

/** Parts of the browser's own interface that nobody sees here: for each window they keep a core busy for two seconds. */
const OWN_INTERFACE = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup']
/** What Playwright leaves out: the last such list counts. */
const LEFT_OUT = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
]

export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--disable-features=${[...OWN_INTERFACE, ...LEFT_OUT].join(',')}`,
]

/** CHROMIUM names another; throws where there is none. */
export function chromiumPath(): string {
  const path = process.env['CHROMIUM'] ?? PLACES.find((place) => existsSync(place))
  if (path === undefined) throw new Error('There is no Chromium: install it, or name one in CHROMIUM.')
  return path
}
