/**
 * The local database: one profile's copy of what its user may read, and the state that must never be lost. Everything that one
 * step changes is written in one transaction (CRYPTO.md, rule 2: group state, epoch secrets, outbox and cursor together).
 */
import type { Database } from '../ports.ts'
import { loadKeys } from './account/keys.ts'
import { rebuildInbox } from './tables/inbox.ts'
import { MAY_HAVE_FILES } from './tables/plans.ts'
import { rebuildRelations } from './tables/relations.ts'

export const SCHEMA_VERSION = 14

const SCHEMA = `
CREATE TABLE setting (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;

CREATE TABLE channel (
  channel_id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  topic TEXT NOT NULL,
  -- the entry that last said the name, where it is said in the log
  name_seq INTEGER NOT NULL DEFAULT 0,
  archived INTEGER NOT NULL,
  place TEXT NOT NULL,
  device_in INTEGER NOT NULL,
  participants BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  -- the log as the server last told it
  server_seq INTEGER NOT NULL,
  server_head BLOB NOT NULL,
  -- what is stored here without a gap: from first_seq to seq; the heads before the first and of the last
  first_seq INTEGER,
  head_before BLOB,
  seq INTEGER,
  head BLOB,
  -- the MLS group, and the entry up to which it has been applied
  group_state BLOB,
  group_seq INTEGER,
  generation INTEGER,
  epoch INTEGER,
  -- where this user came in: what lies before and has no key is not theirs
  joined_seq INTEGER NOT NULL DEFAULT 0,
  -- up to where this user has read
  read_seq INTEGER NOT NULL DEFAULT 0,
  last_at INTEGER NOT NULL DEFAULT 0,
  warning TEXT
) WITHOUT ROWID;

CREATE TABLE entry (
  channel_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  kind TEXT NOT NULL,
  generation INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  sender TEXT,
  sender_user TEXT,
  client_id TEXT NOT NULL,
  relates_to INTEGER,
  notify BLOB,
  at INTEGER NOT NULL,
  payload BLOB,
  payload_hash BLOB NOT NULL,
  head BLOB NOT NULL,
  -- clear: content is there; waiting: its key is not; bad: it does not verify; erased; plain: needs no key;
  -- withheld: the server gave no payload, and no order to erase it is known
  state TEXT NOT NULL,
  content BLOB,
  -- commits under the history rule "all": whether the earlier records in it have been opened
  history_opened INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (channel_id, seq)
) WITHOUT ROWID;
CREATE INDEX entry_by_client ON entry (client_id);
CREATE INDEX entry_by_state ON entry (channel_id, state) WHERE state = 'waiting';
CREATE INDEX entry_commits ON entry (channel_id, kind, seq) WHERE kind = 'commit';
CREATE INDEX entry_relations ON entry (channel_id, relates_to) WHERE relates_to IS NOT NULL;

CREATE TABLE epoch (
  channel_id TEXT NOT NULL,
  generation INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  record BLOB NOT NULL,
  in_vault INTEGER NOT NULL,
  PRIMARY KEY (channel_id, generation, epoch)
) WITHOUT ROWID;

-- who had a leaf when, from the epoch records: signers are checked by it
CREATE TABLE leaf_change (
  channel_id TEXT NOT NULL,
  generation INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  device_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  added INTEGER NOT NULL,
  signature_key BLOB NOT NULL,
  identity_key BLOB NOT NULL,
  PRIMARY KEY (channel_id, generation, device_id, epoch, added)
) WITHOUT ROWID;

-- a commit of ours that is under way, with the state that it leads to (CRYPTO.md, rule 3)
CREATE TABLE pending_commit (
  channel_id TEXT PRIMARY KEY,
  client_id TEXT NOT NULL,
  generation INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  request BLOB NOT NULL,
  group_state BLOB NOT NULL,
  record BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE outbox (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  client_id TEXT NOT NULL UNIQUE,
  channel_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  content BLOB NOT NULL,
  relates_to INTEGER,
  notify BLOB,
  state TEXT NOT NULL,
  problem TEXT
);

-- files of messages in the outbox that are not yet on the server, already encrypted
CREATE TABLE upload (
  blob_id TEXT PRIMARY KEY,
  client_id TEXT NOT NULL,
  channel_id TEXT NOT NULL,
  bytes BLOB NOT NULL,
  done INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE key_package (
  ref BLOB PRIMARY KEY,
  key_package BLOB NOT NULL,
  secrets BLOB NOT NULL,
  last_resort INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE person (
  user_id TEXT PRIMARY KEY,
  user_name TEXT NOT NULL,
  display_name TEXT NOT NULL,
  role TEXT NOT NULL,
  active INTEGER NOT NULL,
  identity_key BLOB NOT NULL,
  -- the one that this user knew before: other than identity_key until safety numbers are looked at again
  known_identity_key BLOB NOT NULL,
  account BLOB,
  devices BLOB
) WITHOUT ROWID;

-- the key log, checked: the tree's size with the entry, what the entry says, and the root with it (SPEC.md, KL-3)
CREATE TABLE key_log_entry (
  number INTEGER PRIMARY KEY,
  user_id TEXT NOT NULL,
  identity_key BLOB NOT NULL,
  account_key BLOB NOT NULL,
  account_number INTEGER NOT NULL,
  device_list_number INTEGER NOT NULL,
  device_list_hash BLOB NOT NULL,
  root BLOB NOT NULL
);
CREATE INDEX key_log_of_user ON key_log_entry (user_id, number);

-- what the user has to be told about keys, in words
CREATE TABLE warning (about TEXT PRIMARY KEY, words TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;

-- the vault: what is stored there, and what waits to be written
CREATE TABLE vault_record (name TEXT PRIMARY KEY, version INTEGER NOT NULL, content BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE vault_change (name TEXT PRIMARY KEY, content BLOB NOT NULL) WITHOUT ROWID;
`

const SINCE_2 = `
-- devices with their keys that were seen in a list which the key log names (SPEC.md, EPO-6)
CREATE TABLE proven_leaf (
  user_id TEXT NOT NULL,
  device_id TEXT NOT NULL,
  signature_key BLOB NOT NULL,
  identity_key BLOB NOT NULL,
  PRIMARY KEY (user_id, device_id, signature_key, identity_key)
) WITHOUT ROWID;
-- messages that were here and that the server's log no longer has; the last entry that both logs had
CREATE TABLE kept_message (
  channel_id TEXT NOT NULL,
  client_id TEXT NOT NULL,
  sender_user TEXT,
  after_seq INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY (channel_id, client_id)
) WITHOUT ROWID;
-- the key log's entries whose lists have been read
CREATE TABLE read_list (number INTEGER PRIMARY KEY);
CREATE INDEX entry_withheld ON entry (channel_id, seq) WHERE state = 'withheld';
`

const SINCE_3 = `
-- where an entry is shown: channel, thread, both or nowhere (SPEC.md, REL-4)
ALTER TABLE entry ADD COLUMN place TEXT NOT NULL DEFAULT 'channel';
-- whether it calls on everybody in the channel (REL-8)
ALTER TABLE entry ADD COLUMN calls_all INTEGER NOT NULL DEFAULT 0;
CREATE INDEX entry_in_thread ON entry (channel_id, seq, relates_to) WHERE place IN ('thread', 'both');
-- what entries that could be read say about others (REL-1)
CREATE TABLE relation (
  channel_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  target INTEGER NOT NULL,
  target_client TEXT NOT NULL,
  kind TEXT NOT NULL,
  author TEXT NOT NULL,
  emoji TEXT NOT NULL,
  is_on INTEGER NOT NULL,
  in_channel INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (channel_id, seq)
) WITHOUT ROWID;
CREATE INDEX relation_by_target ON relation (channel_id, target, seq);
CREATE INDEX relation_by_kind ON relation (channel_id, kind, seq);
-- up to where this user has read the threads
CREATE TABLE thread_read (
  channel_id TEXT NOT NULL,
  root INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (channel_id, root)
) WITHOUT ROWID;
`

const SINCE_4 = `
-- messages that can be read here, for search: their words, and what filters go by. The number is the time and a count
CREATE TABLE search_row (
  id INTEGER PRIMARY KEY,
  channel_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  words TEXT NOT NULL,
  marks TEXT NOT NULL,
  UNIQUE (channel_id, seq)
);
-- the words are made and folded before: FTS5 has only to part them at the spaces
CREATE VIRTUAL TABLE search_index USING fts5(words, marks, content='search_row', content_rowid='id', tokenize='ascii');
-- what is erased leaves FTS5's own tables at once
INSERT INTO search_index (search_index, rank) VALUES ('secure-delete', 1);
-- messages from before the index: up to where each channel's have yet to be indexed
CREATE TABLE search_todo (channel_id TEXT PRIMARY KEY, upto INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO search_todo SELECT channel_id, max(seq) FROM entry GROUP BY channel_id;
`

const SINCE_5 = `
-- files in the outbox that are too large for this database: how far each has come. Their sealed bytes lie beside it
CREATE TABLE transfer (
  blob_id TEXT PRIMARY KEY,
  client_id TEXT NOT NULL,
  channel_id TEXT NOT NULL,
  size INTEGER NOT NULL,
  state TEXT NOT NULL,
  received INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX transfer_of_message ON transfer (client_id);
`

const SINCE_7 = `
-- what the user keeps for themself: personal records of the vault, register by register (SPEC.md, OWN-1)
CREATE TABLE register (
  record TEXT NOT NULL,
  key TEXT NOT NULL,
  clock INTEGER NOT NULL,
  device TEXT NOT NULL,
  value BLOB,
  PRIMARY KEY (record, key)
) WITHOUT ROWID;
`

const SINCE_8 = `
-- from which entry on which policy holds, as the group said it
CREATE TABLE policy_at (
  channel_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  policy BLOB NOT NULL,
  PRIMARY KEY (channel_id, seq)
) WITHOUT ROWID;
-- what moderators say of a channel besides its name: what it is for, and who may write from there on
CREATE TABLE about (
  channel_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  description TEXT NOT NULL,
  writers TEXT NOT NULL,
  -- 1 where a moderator said it; what somebody else says again counts for who knows nothing else
  by_moderator INTEGER NOT NULL,
  PRIMARY KEY (channel_id, seq)
) WITHOUT ROWID;
-- whether a moderator was the last to say the name
ALTER TABLE channel ADD COLUMN name_by_moderator INTEGER NOT NULL DEFAULT 0;
`

const SINCE_9 = `
-- people who are called by one handle, as the server says
CREATE TABLE team (
  team_id TEXT PRIMARY KEY,
  handle TEXT NOT NULL,
  name TEXT NOT NULL,
  created_by TEXT,
  members BLOB NOT NULL
) WITHOUT ROWID;
-- whether an entry calls a team that this user was in when it was read (SPEC.md, TEAM-3)
ALTER TABLE entry ADD COLUMN calls_team INTEGER NOT NULL DEFAULT 0;
CREATE INDEX entry_calling ON entry (channel_id, seq) WHERE notify IS NOT NULL OR calls_all = 1 OR calls_team = 1;
`

const SINCE_10 = `
-- what members let each other see: the newest of each kind as it came, and what the newest says that could be opened
CREATE TABLE beacon (
  channel_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  device_id TEXT NOT NULL,
  client_id TEXT NOT NULL,
  generation INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  payload BLOB NOT NULL,
  waits INTEGER NOT NULL,
  content BLOB,
  PRIMARY KEY (channel_id, user_id, kind)
) WITHOUT ROWID;
`

const SINCE_11 = `
-- what calls on the user: entries that name them, answer them or react to what they wrote (SPEC.md, OWN-12)
CREATE TABLE inbox_item (
  channel_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  kind TEXT NOT NULL,
  -- the message that is answered or reacted to; 0 where there is none
  target INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (channel_id, seq)
) WITHOUT ROWID;
CREATE INDEX inbox_by_time ON inbox_item (at);
CREATE INDEX inbox_by_target ON inbox_item (channel_id, target, kind);
`

const SINCE_12 = `
-- answers in threads that were indexed before search knew of threads
INSERT INTO search_todo SELECT channel_id, max(seq) FROM entry WHERE place IN ('thread', 'both') GROUP BY channel_id
  ON CONFLICT (channel_id) DO UPDATE SET upto = max(upto, excluded.upto);
`

const SINCE_13 = `
-- the organisation's own emoji, as the server says; without a picture until it is here
CREATE TABLE emoji (
  emoji_id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  picture BLOB
) WITHOUT ROWID;
`

const SINCE_14 = `
CREATE INDEX entry_notices ON entry (channel_id, seq) WHERE kind = 'notice';
CREATE INDEX entry_with_files ON entry (channel_id, seq) WHERE ${MAY_HAVE_FILES};
`

type Addition = (database: Database) => void

const tables =
  (statements: string): Addition =>
  (database) =>
    database.exec(statements)

/** By version: what each adds to the one before. */
const ADDITIONS: readonly Addition[] = [
  tables(SCHEMA),
  tables(SINCE_2),
  tables(SINCE_3),
  tables(SINCE_4),
  tables(SINCE_5),
  // Placed and counted below, once all columns are there that know of it.
  () => undefined,
  tables(SINCE_7),
  tables(SINCE_8),
  tables(SINCE_9),
  tables(SINCE_10),
  (database) => {
    database.exec(SINCE_11)
    // What an older program kept, and could not place or count.
    rebuildRelations(database)
    rebuildInbox(database, loadKeys(database)?.userId)
  },
  tables(SINCE_12),
  tables(SINCE_13),
  tables(SINCE_14),
]

/** Makes the tables in a new database, and what is new in an older one. Throws where the database was made by a newer program. */
export function prepareDatabase(database: Database): void {
  const version = Number(database.all('PRAGMA user_version')[0]?.['user_version'] ?? 0)
  if (version === SCHEMA_VERSION) return
  if (version > SCHEMA_VERSION) throw new Error('this profile was used by a newer version of the program')
  database.transaction(() => {
    for (const add of ADDITIONS.slice(version)) add(database)
    database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`)
  })
}

const TABLES = [
  'setting',
  'channel',
  'entry',
  'kept_message',
  'relation',
  'thread_read',
  'policy_at',
  'about',
  'inbox_item',
  'search_row',
  'search_todo',
  'epoch',
  'leaf_change',
  'pending_commit',
  'outbox',
  'upload',
  'transfer',
  'key_package',
  'person',
  'team',
  'emoji',
  'key_log_entry',
  'proven_leaf',
  'read_list',
  'warning',
  'vault_record',
  'vault_change',
  'register',
  'beacon',
]

const EMPTY_INDEX = "INSERT INTO search_index (search_index) VALUES ('delete-all')"

/** Forgets everything: after signing out, or when another user signs in here. */
export function emptyDatabase(database: Database): void {
  database.transaction(() => emptyTables(database))
}

/** Within a transaction of the caller's: what comes in the place of it all is there at once, or nothing has changed. */
export function emptyTables(database: Database, kept: readonly string[] = []): void {
  for (const table of TABLES) if (!kept.includes(table)) database.exec(`DELETE FROM ${table}`)
  if (!kept.includes('search_row')) database.exec(EMPTY_INDEX)
}
