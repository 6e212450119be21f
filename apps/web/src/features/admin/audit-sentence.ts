/** One audit record as a sentence, with names instead of ids. */
import type { AuditRecord } from '@reforms/protocol'
import { text } from '../../text/index.ts'

export function auditSentence(record: AuditRecord, name: (id: string) => string | undefined): string {
  const nameOf = (id: string) => isolated(name(id))
  const named = {
    actor: record.actor ? (nameOf(record.actor) ?? text.admin.somebody) : text.admin.server,
    subject: subjectOf(record.subject, nameOf),
    self: record.actor !== undefined && record.actor === record.subject,
    detail: record.detail,
  }
  const { sentences, plain } = text.audit
  const sentence = Object.hasOwn(sentences, record.action) ? sentences[record.action] : undefined
  const words = sentence ? sentence(named) : plain(record.action, named)
  return words.charAt(0).toLocaleUpperCase() + words.slice(1)
}

/** A name in any direction keeps the sentence's order (Unicode's first-strong isolate). */
function isolated(name: string | undefined): string | undefined {
  return name === undefined ? undefined : `\u2068${name}\u2069`
}

/** Ids that this device cannot name say nothing to a person. */
function subjectOf(subject: string | undefined, nameOf: (id: string) => string | undefined): string {
  if (subject === undefined) return text.admin.somebody
  const isId = /^[0-9a-f]{8}-/.test(subject)
  return nameOf(subject) ?? (isId ? text.admin.somebody : subject)
}
