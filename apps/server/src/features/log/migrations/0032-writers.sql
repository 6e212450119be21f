-- Log: where only moderators write, each message is looked at by itself. Otherwise as before.

-- Answers false, and changes nothing, when the log does not end where the caller thinks, or when any of the messages would
-- be refused or is there already: then the caller looks at each by itself. Payloads lie one behind the other, and so do
-- hashes and heads of 32 bytes each.
create or replace function append_messages(
  in_channel uuid, in_seq bigint, in_head bytea, in_generation bigint, in_epoch bigint, in_at bigint,
  in_senders uuid[], in_users uuid[], in_clients uuid[], in_relations bigint[], in_notified text[],
  in_starts integer[], in_lengths integer[], in_payloads bytea, in_hashes bytea, in_heads bytea
) returns boolean language plpgsql as $$
declare
  added integer := cardinality(in_senders);
begin
  -- Each statement after this one sees what was committed until the lock was taken.
  perform from channel where channel_id = in_channel and seq = in_seq and head = in_head
    and generation = in_generation and epoch = in_epoch and not archived and writers = 'members' for update;
  if not found then return false; end if;

  if exists (
      select from channel_waiting join channel_leaf using (channel_id, device_id)
      where channel_id = in_channel and kind = 'remove')
    or exists (
      select from unnest(in_senders) as sent (device_id)
      where not exists (
        select from live_leaf leaf where leaf.channel_id = in_channel and leaf.device_id = sent.device_id))
    or exists (
      select from unnest(in_senders, in_clients) as sent (sender, client_id)
      join log_entry entry using (sender, client_id) where entry.channel_id = in_channel)
  then return false; end if;

  insert into log_entry (channel_id, seq, kind, generation, epoch, sender, sender_user, client_id, relates_to, notify,
    at, payload, payload_hash, head)
  select in_channel, in_seq + n, 'message', in_generation, in_epoch, sender, sender_user, client_id, relates_to,
    notified::uuid[], in_at, substring(in_payloads from start for length), substring(in_hashes from n::integer * 32 - 31 for 32),
    substring(in_heads from n::integer * 32 - 31 for 32)
  from unnest(in_senders, in_users, in_clients, in_relations, in_notified, in_starts, in_lengths) with ordinality
    as sent (sender, sender_user, client_id, relates_to, notified, start, length, n);
  update channel set seq = in_seq + added, head = substring(in_heads from added * 32 - 31 for 32)
  where channel_id = in_channel;
  return true;
end $$;
