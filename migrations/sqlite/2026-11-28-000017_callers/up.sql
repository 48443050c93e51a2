-- Others than users call too: a caller is named by kind and id.
ALTER TABLE idempotency_keys RENAME TO idempotency_keys_of_users;
DROP INDEX idempotency_keys_create_time;
CREATE TABLE idempotency_keys (
    caller TEXT NOT NULL,
    operation TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    status INTEGER NOT NULL,
    location TEXT,
    body BLOB NOT NULL,
    create_time TIMESTAMP NOT NULL,
    PRIMARY KEY (caller, operation, key)
);
INSERT INTO idempotency_keys SELECT 'user ' || caller, operation, key, fingerprint, status, location, body, create_time
FROM idempotency_keys_of_users;
DROP TABLE idempotency_keys_of_users;
CREATE INDEX idempotency_keys_create_time ON idempotency_keys (create_time);
