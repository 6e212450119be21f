-- Beacon: the newest sealed word of each member in each channel, of each kind. What went before it is gone.

create sequence beacon_number;

create table beacon (
  channel_id uuid not null references channel on delete cascade,
  user_id uuid not null references user_account on delete cascade,
  kind text not null check (kind in ('status', 'receipt')),
  device_id uuid not null,
  client_id uuid not null,
  generation bigint not null,
  epoch bigint not null,
  payload bytea not null,
  -- Grows with each that is put: readers ask for what came after one.
  number bigint not null,
  primary key (channel_id, user_id, kind)
);
create index beacon_by_number on beacon (number);
