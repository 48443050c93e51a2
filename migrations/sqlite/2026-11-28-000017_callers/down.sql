ALTER TABLE idempotency_keys RENAME TO idempotency_keys_of_callers;
DROP INDEX idempotency_keys_create_time;
CREATE TABLE idempotency_keys (
    caller INTEGER NOT NULL,
    operation TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    status INTEGER NOT NULL,
    location TEXT,
    body BLOB NOT NULL,
    create_time TIMESTAMP NOT NULL,
    PRIMARY KEY (caller, operation, key)
);
INSERT INTO idempotency_keys
SELECT CAST(substr(caller, 6) AS INTEGER), operation, key, fingerprint, status, location, body, create_time
FROM idempotency_keys_of_callers WHERE caller LIKE 'user %';
DROP TABLE idempotency_keys_of_callers;
CREATE INDEX idempotency_keys_create_time ON idempotency_keys (create_time);
