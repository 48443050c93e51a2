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
CREATE INDEX idempotency_keys_create_time ON idempotency_keys (create_time);

-- A mail waits while next_attempt_at is set; its body is sealed, and wiped once it was sent.
CREATE TABLE mail_outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body BLOB,
    attempts INTEGER NOT NULL,
    next_attempt_at TIMESTAMP,
    sent_at TIMESTAMP,
    failed_at TIMESTAMP,
    last_error TEXT,
    create_time TIMESTAMP NOT NULL
);
CREATE INDEX mail_outbox_next_attempt_at ON mail_outbox (next_attempt_at);
