-- What the entries of the key log name: the signed documents, for good. By them, whoever reads old messages checks who signed them.

create table key_log_document (
  index bigint primary key references key_log_entry,
  account bytea not null,
  devices bytea not null
);
create trigger key_log_document_is_insert_only before update or delete or truncate on key_log_document
  for each statement execute function refuse_key_log_change();
