/**
 * Whether somebody was signed in when this page was open last: a guess, kept where it can be read before the engine runs, which
 * needs its time. Nobody need wait for the engine to see the fields to sign in. The engine's word counts once it is there.
 */
const KEY = 'reforms.signed-in'

export function wasSignedIn(): boolean {
  return localStorage.getItem(KEY) !== null
}

export function noteSignedIn(signedIn: boolean): void {
  if (signedIn) localStorage.setItem(KEY, 'yes')
  else localStorage.removeItem(KEY)
}
