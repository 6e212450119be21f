-- Policy: who may sign in, what administrators run, and the trail of what was done.

create table user_account (
  user_id uuid primary key,
  user_name text not null unique check (user_name = lower(user_name)),
  display_name text not null,
  role text not null check (role in ('administrator', 'moderator', 'member')),
  active boolean not null default true,
  -- Argon2id, in the PHC string format.
  password_hash text not null,
  -- Ed25519 public key; a new one is a new person.
  identity_key bytea not null check (length(identity_key) = 32),
  created_at timestamptz not null,
  last_seen_at timestamptz
);

create table session (
  session_id uuid primary key,
  user_id uuid not null references user_account on delete cascade,
  -- SHA-256 of the token; the token itself is with the client alone.
  token_hash bytea not null unique check (length(token_hash) = 32),
  -- Null until a device has signed the challenge.
  device_id uuid,
  challenge bytea not null check (length(challenge) = 32),
  label text not null,
  created_at timestamptz not null,
  used_at timestamptz not null
);
create index session_of_user on session (user_id);
create index session_of_device on session (device_id) where device_id is not null;

create table invitation (
  invitation_id uuid primary key,
  purpose text not null check (purpose in ('setup', 'join', 'password-reset')),
  token_hash bytea not null unique check (length(token_hash) = 32),
  role text not null check (role in ('administrator', 'moderator', 'member')),
  note text not null,
  created_by uuid references user_account on delete set null,
  -- Whose password a password-reset link sets.
  for_user uuid references user_account on delete cascade,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  uses integer not null check (uses > 0),
  uses_left integer not null check (uses_left between 0 and uses),
  revoked boolean not null default false,
  check ((purpose = 'password-reset') = (for_user is not null))
);

create table setting (
  name text primary key,
  value jsonb not null
);

create table sign_in_failure (
  -- SHA-256 of what was tried: somebody may type a password where the name belongs.
  key_hash bytea primary key check (length(key_hash) = 32),
  failures integer not null,
  last_at timestamptz not null,
  -- No attempt is looked at before this time.
  blocked_until timestamptz not null
);

create table identity_reset (
  user_id uuid primary key references user_account on delete cascade,
  requested_at timestamptz not null,
  approved_by uuid references user_account on delete set null,
  -- Set once an administrator has agreed: from this time on it may be carried out.
  ready_at timestamptz
);

-- A hash chain (ADM-4): nothing in it is changed, removed or put in between without being noticed.
create table audit_record (
  number bigint primary key,
  -- Milliseconds since 1970, exactly as they are hashed.
  at bigint not null,
  actor uuid,
  action text not null,
  subject text,
  detail jsonb not null,
  hash bytea not null check (length(hash) = 32)
);

-- The end of the chain. Its row lock puts writers in a row, and a cut-off end does not fit it.
create table audit_head (
  single boolean primary key default true check (single),
  number bigint not null,
  hash bytea not null check (length(hash) = 32)
);
insert into audit_head (number, hash) values (0, decode(repeat('00', 32), 'hex'));

create function refuse_audit_change() returns trigger language plpgsql as $$
begin
  raise exception 'audit records are never changed or removed';
end $$;
create trigger audit_record_is_insert_only before update or delete or truncate on audit_record
  for each statement execute function refuse_audit_change();
