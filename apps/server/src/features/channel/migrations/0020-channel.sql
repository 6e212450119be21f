-- Channel: its plain facts, the roster that follows from the log's commits, and who waits. There is no other list of
-- members. The channel's row lock orders everything that is written to a channel or its log.

create table channel (
  channel_id uuid primary key,
  kind text not null check (kind in ('public', 'private', 'direct')),
  -- Public channels only; the name of any other is encrypted in its log.
  name text,
  topic text,
  archived boolean not null default false,
  -- Direct channels: the sorted user ids; null once somebody has left, so that another can begin.
  direct_key text unique,
  participants uuid[],
  created_by uuid not null,
  created_at bigint not null,
  generation bigint not null,
  epoch bigint not null,
  -- The log's end.
  seq bigint not null,
  head bytea not null check (length(head) = 32),
  -- From the group's policy: whose identity keys moderate (as hexadecimal), and who signs admissions.
  moderators text[] not null,
  admitters text not null check (admitters in ('members', 'moderators')),
  turn_id uuid,
  turn_device uuid,
  turn_until bigint not null default 0,
  -- No turn is granted before this time, unless a removal waits.
  turn_rest_until bigint not null default 0,
  check ((kind = 'public') = (name is not null)),
  check (kind = 'public' or topic is null),
  check (kind = 'direct' or direct_key is null)
);
create unique index channel_public_name on channel (lower(name)) where kind = 'public' and not archived;

-- Apart from the channel's row, which every message rewrites.
create table channel_group (
  channel_id uuid primary key references channel on delete cascade,
  public_group bytea not null,
  group_info bytea not null
);

create table channel_leaf (
  channel_id uuid not null references channel on delete cascade,
  device_id uuid not null,
  user_id uuid not null,
  leaf_index integer not null,
  identity_key bytea not null,
  signature_key bytea not null,
  -- The entry that brought the leaf in.
  since_seq bigint not null,
  primary key (channel_id, device_id)
);
create index channel_leaf_of_user on channel_leaf (user_id, channel_id);
create index channel_leaf_of_device on channel_leaf (device_id);

create table channel_waiting (
  channel_id uuid not null references channel on delete cascade,
  device_id uuid not null,
  user_id uuid not null,
  kind text not null check (kind in ('add', 'remove')),
  admission bytea,
  admission_expires_at bigint,
  -- The order in which people wait.
  since bigint not null default (extract(epoch from clock_timestamp()) * 1000)::bigint,
  primary key (channel_id, device_id, kind)
);
create index channel_waiting_of_user on channel_waiting (user_id, channel_id);
create index channel_waiting_of_device on channel_waiting (device_id);

-- Who may read and write: a leaf that does not wait to be removed.
create view live_leaf as
  select leaf.* from channel_leaf leaf
  where not exists (
    select from channel_waiting waiting
    where waiting.channel_id = leaf.channel_id and waiting.device_id = leaf.device_id and waiting.kind = 'remove'
  );
