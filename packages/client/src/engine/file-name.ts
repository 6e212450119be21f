/** How the name of a file is shown and saved, whatever its sender made of it. SPEC.md, NAME-3. */
import { cleanName } from '@reforms/protocol'

const WITHOUT_NAME = 'file'

/** No path, nothing that cannot be seen, and no name that stands for a folder. */
export function shownFileName(name: string): string {
  const shown = cleanName(name).replaceAll(/[/\\]/g, '_')
  return /^\.*$/.test(shown) ? WITHOUT_NAME : shown
}
