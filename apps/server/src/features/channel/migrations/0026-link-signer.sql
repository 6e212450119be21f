-- The device key that signed for an invite link; null where the link is older than this column.
alter table channel_link add column signer bytea;
