-- Blob: what is known of an encrypted file; its bytes lie in the blob folder.

create table blob (
  blob_id uuid primary key,
  channel_id uuid not null references channel on delete cascade,
  user_id uuid not null,
  size bigint not null check (size > 0),
  -- Bytes that are known to be on the disk, after fsync: no more than these are ever acknowledged.
  received bigint not null default 0 check (received between 0 and size),
  created_at bigint not null
);
create index blob_of_user on blob (user_id);
