ALTER TABLE client_settings DROP COLUMN is_whitelist_on;

-- Where the platform is asked to move money; without it the back office keeps its books itself.
ALTER TABLE platforms ADD COLUMN gateway_url TEXT;

ALTER TABLE accounts ADD COLUMN figures_time TIMESTAMP;

-- What a platform signs its reports with; of the key itself a hash is kept.
CREATE TABLE platform_keys (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    platform_id INTEGER NOT NULL REFERENCES platforms (id) ON DELETE CASCADE,
    caption TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    expires_at TIMESTAMP,
    last_used_at TIMESTAMP,
    create_time TIMESTAMP NOT NULL
);
CREATE INDEX platform_keys_platform_id ON platform_keys (platform_id, id);

-- What an outside platform is asked to do, by a job; it is due while it has a next attempt.
-- Of a transaction, or of a step of a bonus. What is posted once it is done stands in arrival, as JSON.
CREATE TABLE platform_orders (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    transaction_id INTEGER,
    bonus_id INTEGER,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    balance_change TEXT NOT NULL,
    credit_change TEXT NOT NULL,
    arrival TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_attempt_at TIMESTAMP,
    outcome TEXT,
    reason TEXT,
    create_time TIMESTAMP NOT NULL
);
CREATE INDEX platform_orders_next_attempt_at ON platform_orders (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX platform_orders_transaction_id ON platform_orders (transaction_id);
CREATE INDEX platform_orders_bonus_id ON platform_orders (bonus_id);

-- A bonus can be credited anew: the same step again, in another round. SQLite changes no constraint
-- of a table that stands.
CREATE TABLE entries_with_round (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    transaction_id INTEGER,
    bonus_id INTEGER,
    step TEXT NOT NULL,
    round INTEGER NOT NULL DEFAULT 1,
    create_time TIMESTAMP NOT NULL,
    UNIQUE (transaction_id, step),
    UNIQUE (bonus_id, step, round)
);
INSERT INTO entries_with_round (id, transaction_id, bonus_id, step, create_time)
    SELECT id, transaction_id, bonus_id, step, create_time FROM entries;
DROP TABLE entries;
ALTER TABLE entries_with_round RENAME TO entries;
