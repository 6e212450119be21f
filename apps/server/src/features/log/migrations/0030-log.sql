-- Log: a channel's entries, numbered without a gap, each hashed onto the one before.

create table log_entry (
  channel_id uuid not null references channel on delete cascade,
  seq bigint not null check (seq > 0),
  kind text not null check (kind in ('commit', 'message', 'redaction', 'notice')),
  generation bigint not null,
  epoch bigint not null,
  -- Both null in a notice.
  sender uuid,
  sender_user uuid,
  client_id uuid not null,
  relates_to bigint,
  notify uuid[],
  at bigint not null,
  -- Null once erased.
  payload bytea,
  payload_hash bytea not null check (length(payload_hash) = 32),
  head bytea not null check (length(head) = 32),
  primary key (channel_id, seq),
  unique (channel_id, sender, client_id)
);
-- Ciphertext does not compress.
alter table log_entry alter column payload set storage external;
