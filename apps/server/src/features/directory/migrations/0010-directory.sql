-- Directory: who speaks for whom. Signed documents, devices, key packages, and the key log over all of their changes.

create table identity_document (
  user_id uuid primary key references user_account on delete cascade deferrable initially deferred,
  -- Account statement and device list as they were signed; the numbers are what they say.
  account bytea not null,
  account_number bigint not null,
  devices bytea not null,
  device_list_number bigint not null,
  sealed_for_recovery bytea not null,
  -- A device was cut while it knew the account key: the next list needs a new one, which the phrase signs.
  rekey_wanted boolean not null default false
);

create table device (
  device_id uuid primary key,
  user_id uuid not null references user_account on delete cascade deferrable initially deferred,
  signature_key bytea not null unique check (length(signature_key) = 32),
  sealing_key bytea not null check (length(sealing_key) = 32),
  name text not null,
  added_at bigint not null,
  -- The account and vault keys, sealed to this device; nothing once it is cut.
  sealed_keys bytea,
  -- Once set it stays: a device that was cut never returns.
  cut_at bigint
);
create index device_of_user on device (user_id) where cut_at is null;

create table key_package (
  key_package_ref bytea primary key,
  device_id uuid not null references device on delete cascade,
  payload bytea not null,
  last_resort boolean not null,
  expires_at bigint not null,
  -- The channel whose turn it was handed out to: it goes to no other, and is dropped when it is used.
  claimed_for uuid
);
create unique index last_resort_of_device on key_package (device_id) where last_resort;
create index key_package_of_device on key_package (device_id, expires_at) where not last_resort;

create table key_package_claim (
  user_id uuid not null references user_account on delete cascade,
  hour bigint not null,
  claims integer not null,
  primary key (user_id, hour)
);

-- Append-only. root is that of the tree which ends with this entry (RFC 6962).
create table key_log_entry (
  index bigint primary key,
  entry bytea not null,
  root bytea not null check (length(root) = 32)
);

-- Its row lock puts those who append in a row. Null: no entry yet.
create table key_log_tree (
  single boolean primary key default true check (single),
  state bytea
);
insert into key_log_tree (state) values (null);

create function refuse_key_log_change() returns trigger language plpgsql as $$
begin
  raise exception 'key log entries are never changed or removed';
end $$;
create trigger key_log_is_insert_only before update or delete or truncate on key_log_entry
  for each statement execute function refuse_key_log_change();
