-- The organisation's own emoji: small pictures under short names.

create table emoji (
  emoji_id uuid primary key,
  name text not null unique,
  picture bytea not null,
  added_at timestamptz not null
);
