-- Guests: who sees only the channels that they were let into.

alter table user_account drop constraint user_account_role_check;
alter table user_account add constraint user_account_role_check
  check (role in ('administrator', 'moderator', 'member', 'guest'));
alter table invitation drop constraint invitation_role_check;
alter table invitation add constraint invitation_role_check
  check (role in ('administrator', 'moderator', 'member', 'guest'));
