/** One audit record as a sentence, with names instead of ids. */
import type { AuditRecord } from '@reforms/protocol'
import { auditSentences, plainSentence } from '../../text/audit.ts'
import { text } from '../../text/index.ts'

export function auditSentence(record: AuditRecord, nameOf: (id: string) => string | undefined): string {
  const named = {
    actor: record.actor ? (nameOf(record.actor) ?? text.admin.somebody) : text.admin.server,
    subject: subjectOf(record.subject, nameOf),
    self: record.actor !== undefined && record.actor === record.subject,
    detail: record.detail,
  }
  const sentence = Object.hasOwn(auditSentences, record.action) ? auditSentences[record.action] : undefined
  const words = sentence ? sentence(named) : plainSentence(record.action, named)
  return words.charAt(0).toLocaleUpperCase() + words.slice(1)
}

/** Ids that this device cannot name say nothing to a person. */
function subjectOf(subject: string | undefined, nameOf: (id: string) => string | undefined): string {
  if (subject === undefined) return text.admin.somebody
  const isId = /^[0-9a-f]{8}-/.test(subject)
  return nameOf(subject) ?? (isId ? text.admin.somebody : subject)
}
