DROP INDEX postings_book;
DROP INDEX postings_account_id;
ALTER TABLE postings DROP COLUMN balance_after;
ALTER TABLE postings DROP COLUMN post_time;
CREATE INDEX postings_account_id ON postings (account_id, entry_id);
