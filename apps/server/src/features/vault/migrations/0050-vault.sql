-- Vault: a user's encrypted, versioned records. Cursors come from the vault's own row, whose lock is held until the
-- commit: a reader who has seen a cursor has seen all below it.

create table vault (
  user_id uuid primary key references user_account on delete cascade,
  cursor bigint not null default 0,
  records integer not null default 0,
  bytes bigint not null default 0
);

create table vault_record (
  user_id uuid not null references vault on delete cascade,
  record_id bytea not null check (length(record_id) = 16),
  version bigint not null,
  payload bytea not null,
  cursor bigint not null,
  primary key (user_id, record_id)
);
create unique index vault_record_by_cursor on vault_record (user_id, cursor);
alter table vault_record alter column payload set storage external;
