/** Finds the Chromium that browser tests drive: CHROMIUM, or one where systems put it. */
import { existsSync } from 'node:fs'

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

export function findChromium() {
  const named = process.env.CHROMIUM
  return named ? (existsSync(named) ? named : undefined) : PLACES.find((path) => existsSync(path))
}
