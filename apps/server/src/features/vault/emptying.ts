/** Emptying a vault: a new identity begins with a new one (SPEC.md, DIR-9), since it cannot open the records of the old. */
import type { UserId } from '@reforms/protocol'
import type { TransactionSql } from 'postgres'

/** Cursors go on where they were: nobody takes a new record for one that was seen. */
export async function emptyVault(transaction: TransactionSql, userId: UserId): Promise<void> {
  await transaction`select from vault where user_id = ${userId} for update`
  await transaction`delete from vault_record where user_id = ${userId}`
  await transaction`update vault set records = 0, bytes = 0 where user_id = ${userId}`
}
