-- Retention erases a channel's files.
create index blob_of_channel on blob (channel_id);
