-- What clients sign in with. A client without a row has no password.
CREATE TABLE client_credentials (
    client_id INTEGER NOT NULL PRIMARY KEY REFERENCES clients (id),
    password_hash TEXT,
    reset_prompted_at TIMESTAMP
);
INSERT INTO client_credentials (client_id, password_hash)
    SELECT id, password_hash FROM clients WHERE password_hash IS NOT NULL;
ALTER TABLE clients DROP COLUMN password_hash;

-- Who set a client's password, and when.
CREATE TABLE client_password_changes (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES clients (id),
    kind TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    user_id INTEGER,
    create_time TIMESTAMP NOT NULL
);
CREATE INDEX client_password_changes_client_id ON client_password_changes (client_id, create_time, id);

-- Prompts to many clients at once, that are under way. No tags: to all clients.
CREATE TABLE password_resets (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    client_tags TEXT,
    last_client_id INTEGER NOT NULL,
    create_time TIMESTAMP NOT NULL
);

-- The second factors that are on, the secrets of apps sealed.
CREATE TABLE client_second_factors (
    client_id INTEGER NOT NULL REFERENCES clients (id),
    method TEXT NOT NULL,
    secret BLOB,
    create_time TIMESTAMP NOT NULL,
    PRIMARY KEY (client_id, method)
);
CREATE TABLE client_second_factor_changes (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES clients (id),
    method TEXT NOT NULL,
    is_enabled BOOLEAN NOT NULL,
    user_id INTEGER,
    ip TEXT,
    create_time TIMESTAMP NOT NULL
);
CREATE INDEX client_second_factor_changes_client_id ON client_second_factor_changes (client_id, create_time, id);

-- What clients signed in from. The hash of the fingerprint tells devices of a client apart.
CREATE TABLE client_devices (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES clients (id),
    hash TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    platform TEXT,
    time_zone TEXT,
    ip TEXT NOT NULL,
    last_sign_in TIMESTAMP NOT NULL,
    create_time TIMESTAMP NOT NULL,
    UNIQUE (client_id, hash)
);
CREATE INDEX client_devices_create_time ON client_devices (client_id, create_time, id);
CREATE INDEX client_devices_last_sign_in ON client_devices (client_id, last_sign_in, id);

-- Sessions of clients and their tokens, of which only the hashes are stored.
CREATE TABLE client_sessions (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES clients (id),
    device_id INTEGER,
    ip TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP
);
CREATE INDEX client_sessions_client_id ON client_sessions (client_id);
CREATE INDEX client_sessions_expires_at ON client_sessions (expires_at, id);
CREATE TABLE client_session_tokens (
    hash BLOB NOT NULL PRIMARY KEY,
    session_id INTEGER NOT NULL REFERENCES client_sessions (id),
    kind TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP
);
CREATE INDEX client_session_tokens_session_id ON client_session_tokens (session_id);

-- Clients' attempts to sign in.
CREATE TABLE client_sign_ins (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES clients (id),
    ip TEXT NOT NULL,
    status TEXT NOT NULL,
    user_agent TEXT,
    create_time TIMESTAMP NOT NULL
);
CREATE INDEX client_sign_ins_create_time ON client_sign_ins (create_time, id);
CREATE INDEX client_sign_ins_client_id ON client_sign_ins (client_id, create_time, id);
CREATE INDEX client_sign_ins_ip ON client_sign_ins (ip, create_time, id);
CREATE INDEX client_sign_ins_status ON client_sign_ins (status, create_time, id);

-- Users and clients are counted apart, and so are clients' codes.
ALTER TABLE sign_in_counters RENAME TO former_sign_in_counters;
DROP INDEX sign_in_counters_window_start;
CREATE TABLE sign_in_counters (
    kind TEXT NOT NULL,
    name_key TEXT NOT NULL,
    ip TEXT NOT NULL,
    failed INTEGER NOT NULL,
    pending INTEGER NOT NULL,
    window_start TIMESTAMP NOT NULL,
    blocked_until TIMESTAMP,
    PRIMARY KEY (kind, name_key, ip)
);
INSERT INTO sign_in_counters (kind, name_key, ip, failed, pending, window_start, blocked_until)
    SELECT 'user', email_key, ip, failed, pending, window_start, blocked_until FROM former_sign_in_counters;
DROP TABLE former_sign_in_counters;
CREATE INDEX sign_in_counters_window_start ON sign_in_counters (window_start);

-- Clients who tried too often: refused from there until the block ends.
CREATE TABLE client_blocks (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES clients (id),
    kind TEXT NOT NULL,
    ip TEXT NOT NULL,
    network TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    UNIQUE (client_id, kind, network)
);
CREATE INDEX client_blocks_create_time ON client_blocks (create_time, id);
CREATE INDEX client_blocks_ip ON client_blocks (ip, create_time, id);
CREATE INDEX client_blocks_expires_at ON client_blocks (expires_at);

-- The addresses that clients may withdraw to, while they restrict themselves to such.
CREATE TABLE whitelisted_addresses (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES clients (id),
    wallet_address TEXT NOT NULL,
    currency_code INTEGER NOT NULL REFERENCES currencies (code),
    caption TEXT,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP,
    UNIQUE (client_id, currency_code, wallet_address)
);
CREATE INDEX whitelisted_addresses_wallet_address ON whitelisted_addresses (wallet_address, id);
CREATE INDEX whitelisted_addresses_client_id ON whitelisted_addresses (client_id, wallet_address, id);
CREATE INDEX whitelisted_addresses_currency_code ON whitelisted_addresses (currency_code, wallet_address, id);

-- Who withdraws to these alone.
ALTER TABLE client_settings ADD COLUMN is_whitelist_on BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX client_settings_is_whitelist_on ON client_settings (client_id) WHERE is_whitelist_on;

-- What clients saved of withdrawals, to be used again.
CREATE TABLE withdrawal_templates (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES clients (id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    data TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);
CREATE INDEX withdrawal_templates_create_time ON withdrawal_templates (create_time, id);
CREATE INDEX withdrawal_templates_name ON withdrawal_templates (name, id);
CREATE INDEX withdrawal_templates_client_id ON withdrawal_templates (client_id, create_time, id);

-- The wallets that clients' withdrawals went to.
CREATE TABLE withdrawal_wallets (
    transaction_id INTEGER NOT NULL PRIMARY KEY REFERENCES transactions (id),
    client_id INTEGER NOT NULL REFERENCES clients (id),
    wallet_address TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL
);
CREATE INDEX withdrawal_wallets_wallet_address ON withdrawal_wallets (wallet_address, create_time, transaction_id);
