-- Mailbox: a device's queue of envelopes. Numbers come from the mailbox's own row, whose lock is held until the commit:
-- a reader who has seen a number has seen all below it.

create table mailbox (
  device_id uuid primary key references device on delete cascade,
  last_id bigint not null default 0
);

-- A Welcome is stored once for all whom it brings in.
create table welcome (
  welcome_id uuid primary key,
  payload bytea not null
);
alter table welcome alter column payload set storage external;

create table envelope (
  device_id uuid not null references mailbox on delete cascade,
  id bigint not null,
  kind text not null check (kind in ('welcome', 'sealed')),
  channel_id uuid,
  seq bigint,
  from_device uuid,
  at bigint not null,
  payload bytea,
  welcome_id uuid references welcome,
  primary key (device_id, id),
  check ((payload is null) = (welcome_id is not null))
);
create index envelope_from on envelope (from_device) where kind = 'sealed';
create index envelope_of_welcome on envelope (welcome_id) where welcome_id is not null;
alter table envelope alter column payload set storage external;
