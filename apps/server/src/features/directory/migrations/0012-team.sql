-- Teams: people who are called by one handle.

create table team (
  team_id uuid primary key,
  handle text not null unique check (handle = lower(handle)),
  name text not null,
  created_by uuid references user_account on delete set null,
  created_at timestamptz not null
);

create table team_member (
  team_id uuid not null references team on delete cascade,
  user_id uuid not null references user_account on delete cascade,
  primary key (team_id, user_id)
);
