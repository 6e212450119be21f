-- Whose sessions may have ended or speak for another role. A gateway asks every second for these users only, and not for everybody who
-- is connected. After the directory, whose devices end sessions when they are cut.

create table actor_change (
  user_id uuid not null,
  -- What had not ended when a reader looked is not below what it looks from the next time.
  changed_by xid8 not null default pg_current_xact_id(),
  changed_at timestamptz not null default now()
);
create index actor_change_by on actor_change (changed_by);

create function note_actor_change() returns trigger language plpgsql as $$
begin
  insert into actor_change (user_id) values (coalesce(new.user_id, old.user_id));
  return null;
end $$;

create trigger session_ended after delete on session
  for each row execute function note_actor_change();
create trigger session_changed after update of used_at, device_id on session
  for each row when (new.used_at < old.used_at or new.device_id is distinct from old.device_id)
  execute function note_actor_change();
create trigger user_changed after update of role, active on user_account
  for each row when (new.role is distinct from old.role or new.active is distinct from old.active)
  execute function note_actor_change();
create trigger device_cut after update of cut_at on device
  for each row when (new.cut_at is distinct from old.cut_at)
  execute function note_actor_change();
create trigger device_gone after delete on device
  for each row execute function note_actor_change();
