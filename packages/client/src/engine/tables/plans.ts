/**
 * Which index a query takes, where SQLite would choose otherwise: without statistics it takes two columns of an index for hardly
 * better than the first of the primary key, and would read a whole channel for the answers to one message.
 */

/** `FROM relation ${BY_TARGET} WHERE channel_id = ? AND target = ?` */
export const BY_TARGET = 'INDEXED BY relation_by_target'

/** `FROM entry ${BY_RELATION} WHERE channel_id = ? AND relates_to = ?` */
export const BY_RELATION = 'INDEXED BY entry_relations'
