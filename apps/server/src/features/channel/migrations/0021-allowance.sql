-- What members have used up of what they may do in a while (SPEC.md, LIM-5). A row that has filled again says nothing.
create table allowance (
  key text primary key,
  -- How much is used up, as of a time; it goes back to nothing evenly.
  used double precision not null,
  at bigint not null,
  full_at bigint not null
);
create index allowance_full on allowance (full_at);
