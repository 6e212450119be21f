/** The addresses that people are given. The token stands behind the #, so that no server or proxy logs it. */
export function joinUrl(publicUrl: string, token: string): string {
  return `${publicUrl}/#/join/${token}`
}

export function resetUrl(publicUrl: string, token: string): string {
  return `${publicUrl}/#/reset/${token}`
}
