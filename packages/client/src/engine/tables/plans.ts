/**
 * Which index a query takes, where SQLite would choose otherwise: without statistics it takes two columns of an index for hardly
 * better than the first of the primary key, and would read a whole channel for the answers to one message.
 */

/** `FROM relation ${BY_TARGET} WHERE channel_id = ? AND target = ?` */
export const BY_TARGET = 'INDEXED BY relation_by_target'

/** `FROM entry ${BY_RELATION} WHERE channel_id = ? AND relates_to = ?` */
export const BY_RELATION = 'INDEXED BY entry_relations'

/** `FROM entry ${WAITING} WHERE channel_id = ? AND state = 'waiting'`: the condition as it stands here, for these are partial indexes. */
export const WAITING = 'INDEXED BY entry_by_state'

/** `FROM entry ${WITHHELD} WHERE channel_id = ? AND state = 'withheld'` */
export const WITHHELD = 'INDEXED BY entry_withheld'

/** `FROM entry ${COMMITS} WHERE channel_id = ? AND kind = 'commit'` */
export const COMMITS = 'INDEXED BY entry_commits'

/** `FROM entry ${NOTICES} WHERE channel_id = ? AND kind = 'notice'` */
export const NOTICES = 'INDEXED BY entry_notices'

/** `FROM entry ${IN_THREAD} WHERE channel_id = ? AND place IN ('thread', 'both')` */
export const IN_THREAD = 'INDEXED BY entry_in_thread'

/** `FROM entry ${CALLING} WHERE channel_id = ? AND (notify IS NOT NULL OR calls_all = 1 OR calls_team = 1)` */
export const CALLING = 'INDEXED BY entry_calling'

/** Whether a content names files: the key of their list, as CBOR writes it. Others may have these letters too. */
export const MAY_HAVE_FILES = "instr(content, x'6566696C6573') > 0"

/** `FROM entry ${WITH_FILES} WHERE channel_id = ? AND ${MAY_HAVE_FILES}` */
export const WITH_FILES = 'INDEXED BY entry_with_files'
