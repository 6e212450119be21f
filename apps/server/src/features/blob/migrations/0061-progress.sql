-- When an unfinished upload last went on: one that stands still is erased, not one that takes long.
alter table blob add column progressed_at bigint;
