-- Invite links to a channel, and who asks to come in by one.

create table channel_link (
  link_id uuid primary key,
  channel_id uuid not null references channel on delete cascade,
  token_hash bytea not null unique check (length(token_hash) = 32),
  -- Signed by a moderator's device: for the members' devices, which believe nobody else.
  statement bytea not null,
  -- Under a key that follows from the link's secret.
  sealed_name bytea not null,
  created_by uuid not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  uses integer not null check (uses > 0),
  uses_left integer not null check (uses_left between 0 and uses)
);
create index channel_link_of_channel on channel_link (channel_id);

create table channel_request (
  channel_id uuid not null references channel on delete cascade,
  user_id uuid not null,
  link_id uuid not null references channel_link on delete cascade,
  request bytea not null,
  since timestamptz not null,
  primary key (channel_id, user_id)
);
