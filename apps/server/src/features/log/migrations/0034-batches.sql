-- Log: appends the messages of many channels in one question and one transaction, in each channel where nothing speaks against any
-- of them. It takes the place of append_messages, which did so for one channel.

drop function append_messages;

-- Answers which batches are in, by their numbers from 1, each whole. A batch is left out, and its channel not changed, where the log
-- does not end where the caller thinks, where any of its messages would be refused or is there already, and where somebody else
-- writes to the channel this moment: then the caller looks at each message by itself. Nothing waits for a lock, so that no channel
-- waits for another. Payloads lie one behind the other, and so do hashes and heads of 32 bytes each.
create function append_batches(
  -- Of each batch: its channel, where its log ends, the present epoch, when it came, and its last message by number.
  in_channels uuid[], in_seqs bigint[], in_ends bytea, in_generations bigint[], in_epochs bigint[], in_ats bigint[],
  in_lasts integer[],
  -- Of each message: its batch, and its place in the log.
  in_batches integer[], in_places bigint[], in_senders uuid[], in_users uuid[], in_clients uuid[], in_relations bigint[],
  in_notified text[], in_starts integer[], in_lengths integer[], in_payloads bytea, in_hashes bytea, in_heads bytea
) returns integer[] language plpgsql
-- A few rows are looked for by their keys, however the planner guesses; no planning at each connection's first questions.
set plan_cache_mode = force_generic_plan
set enable_hashjoin = off
set enable_mergejoin = off
set enable_seqscan = off
as $$
declare
  open integer[];
  refused integer[];
begin
  -- Each statement after this one sees what was committed until the locks were taken.
  select array_agg(n) into open from (
    select asked.n::integer as n
    from unnest(in_channels, in_seqs, in_generations, in_epochs) with ordinality
      as asked (channel_id, seq, generation, epoch, n)
    join channel on channel.channel_id = asked.channel_id
    where channel.seq = asked.seq and channel.head = substring(in_ends from asked.n::integer * 32 - 31 for 32)
      and channel.generation = asked.generation and channel.epoch = asked.epoch and not channel.archived
      and channel.writers = 'members'
    for no key update of channel skip locked) as locked;
  if open is null then return null; end if;

  select array_agg(n) into refused from (
    select asked.n::integer as n from unnest(in_channels) with ordinality as asked (channel_id, n)
    where exists (
      select from channel_waiting waiting join channel_leaf leaf using (channel_id, device_id)
      where waiting.channel_id = asked.channel_id and waiting.kind = 'remove')
    union all
    select sent.batch from unnest(in_batches, in_senders) as sent (batch, device_id)
    where not exists (
      select from live_leaf leaf where leaf.channel_id = in_channels[sent.batch] and leaf.device_id = sent.device_id)
    union all
    select sent.batch from unnest(in_batches, in_senders, in_clients) as sent (batch, sender, client_id)
    where exists (
      select from log_entry entry where entry.channel_id = in_channels[sent.batch] and entry.sender = sent.sender
        and entry.client_id = sent.client_id)) as found;
  if refused is not null then
    select array_agg(n) into open from unnest(open) as n where n <> all (refused);
    if open is null then return null; end if;
  end if;

  insert into log_entry (channel_id, seq, kind, generation, epoch, sender, sender_user, client_id, relates_to, notify,
    at, payload, payload_hash, head)
  select in_channels[batch], place, 'message', in_generations[batch], in_epochs[batch], sender, sender_user, client_id,
    relates_to, notified::uuid[], in_ats[batch], substring(in_payloads from start for length),
    substring(in_hashes from n::integer * 32 - 31 for 32), substring(in_heads from n::integer * 32 - 31 for 32)
  from unnest(in_batches, in_places, in_senders, in_users, in_clients, in_relations, in_notified, in_starts, in_lengths)
    with ordinality as sent (batch, place, sender, sender_user, client_id, relates_to, notified, start, length, n)
  where batch = any (open);
  update channel set seq = in_places[asked.last], head = substring(in_heads from asked.last * 32 - 31 for 32)
  from unnest(in_channels, in_lasts) with ordinality as asked (channel_id, last, n)
  where channel.channel_id = asked.channel_id and asked.n = any (open);
  return open;
end $$;
