DROP TABLE test_attempts;
DROP TABLE erased_emails;
DROP TABLE events;
CREATE TABLE entries_without_rounds (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    transaction_id INTEGER,
    bonus_id INTEGER,
    step TEXT NOT NULL,
    round INTEGER NOT NULL DEFAULT 1,
    create_time TIMESTAMP NOT NULL,
    UNIQUE (transaction_id, step),
    UNIQUE (bonus_id, step, round)
);
INSERT INTO entries_without_rounds (id, transaction_id, bonus_id, step, round, create_time)
    SELECT id, transaction_id, bonus_id, step, round, create_time FROM entries;
DROP TABLE entries;
ALTER TABLE entries_without_rounds RENAME TO entries;
DROP TRIGGER recount_request;
DROP TRIGGER count_requests;
DROP TABLE request_counts;
DROP INDEX requests_client_id;
DROP INDEX requests_slot;
DROP INDEX requests_subject;
DROP INDEX requests_resolution_id;
DROP INDEX requests_create_time;
DROP INDEX requests_kind;
DROP INDEX requests_status;
DROP INDEX requests_kind_id;
DROP INDEX requests_status_id;
CREATE INDEX requests_client_id ON requests (client_id, create_time, id);
ALTER TABLE requests DROP COLUMN color;
ALTER TABLE requests DROP COLUMN comment;
ALTER TABLE requests DROP COLUMN resolution_id;
ALTER TABLE requests DROP COLUMN slot;
ALTER TABLE requests DROP COLUMN subject_id;
ALTER TABLE requests DROP COLUMN asked;
ALTER TABLE requests DROP COLUMN account_id;
ALTER TABLE requests DROP COLUMN ip;
