-- Who is or was in a channel: a guest who reads there is shown them, since messages of theirs may be there. After the log, which
-- tells of those who were in before this was noted.

create table channel_met (
  channel_id uuid not null references channel on delete cascade,
  user_id uuid not null,
  primary key (channel_id, user_id)
);
insert into channel_met (channel_id, user_id)
  select channel_id, user_id from channel_leaf
  union select channel_id, sender_user from log_entry where sender_user is not null;
