-- Exchanges of clients that are to be done again outside, so that the broker holds no position; due while
-- there is a next attempt. The amount is what clients gave of the first currency.
CREATE TABLE hedges (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    transaction_id INTEGER NOT NULL UNIQUE REFERENCES transactions (id),
    from_code INTEGER NOT NULL,
    to_code INTEGER NOT NULL,
    amount TEXT NOT NULL,
    rate TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_attempt_at TIMESTAMP,
    outcome TEXT,
    reason TEXT,
    create_time TIMESTAMP NOT NULL
);
CREATE INDEX hedges_next_attempt_at ON hedges (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
