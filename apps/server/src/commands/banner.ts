/** What the terminal shows once the server listens: where it is, and how to begin. */
import type { Config } from '../config/read.ts'
import { createSetupLink, hasAdministrator, joinUrl } from '../features/policy/index.ts'
import type { Services } from '../ports/call.ts'
import { VERSION } from '../version.ts'

export async function banner(config: Config, services: Services): Promise<string> {
  const lines = [
    '',
    `Reforms Messenger ${VERSION} is running.`,
    '',
    `  Open       ${config.publicUrl}`,
    ...(await setupLines(config, services)),
    ...insecureLines(config.publicUrl),
    '',
    'Press Ctrl-C to stop.',
    '',
    '',
  ]
  return lines.join('\n')
}

async function setupLines({ publicUrl }: Config, { sql, clock, random }: Services): Promise<string[]> {
  if (await hasAdministrator(sql)) return []
  const { token, expiresAt } = await createSetupLink(sql, clock, random)
  const until = new Date(expiresAt).toISOString().slice(0, 10)
  return [
    `  Set it up  ${joinUrl(publicUrl, token)}`,
    `             The first administrator is made by this link. It is good once, until ${until}.`,
  ]
}

/** Browsers give pages neither encryption nor storage over plain http, but for the machine itself. */
function insecureLines(publicUrl: string): string[] {
  const { protocol, hostname } = new URL(publicUrl)
  if (protocol === 'https:' || /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|.*\.localhost)$/.test(hostname))
    return []
  return [
    '',
    `  Browsers will not run the client over http at ${hostname}. Set REFORMS_TLS_CERT and REFORMS_TLS_KEY, or`,
    '  put a proxy with TLS before it and set REFORMS_URL to the https address.',
  ]
}
