-- Channel: where the log says that somebody was invited or asked, from which on they read under the history rule `invited`.

alter table channel drop constraint channel_history_check;
alter table channel add constraint channel_history_check check (history in ('all', 'joining', 'invited'));
alter table channel_request add column asked_seq bigint;
alter table channel_waiting add column invited_seq bigint;
