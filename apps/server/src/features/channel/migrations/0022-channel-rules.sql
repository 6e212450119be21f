-- Channel: more of what follows from the group's policy, and who may write.

-- From the policy: what newcomers may read (null until the next commit tells), and after how many days messages are erased.
alter table channel add column history text check (history in ('all', 'joining'));
alter table channel add column retention_days integer not null default 0;
-- Up to this entry everything has been erased that is to be by now.
alter table channel add column erased_seq bigint not null default 0;
-- Who may write otherwise than about another entry.
alter table channel add column writers text not null default 'members' check (writers in ('members', 'moderators'));
