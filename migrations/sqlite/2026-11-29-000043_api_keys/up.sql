-- Keys with which programs of users call. Of a key its hash is kept, and how it begins.
CREATE TABLE api_keys (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES users (id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    prefix TEXT NOT NULL,
    permissions TEXT NOT NULL,
    ip_whitelist TEXT NOT NULL,
    is_enabled BOOLEAN NOT NULL,
    expires_at TIMESTAMP,
    last_used_at TIMESTAMP,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX api_keys_name ON api_keys (user_id, name_key);
CREATE INDEX api_keys_user_id ON api_keys (user_id, create_time, id);
CREATE INDEX api_keys_create_time ON api_keys (create_time, id);
CREATE INDEX api_keys_by_name ON api_keys (name_key, id);
-- A key that was never used comes before all others.
CREATE INDEX api_keys_last_used_at ON api_keys (last_used_at, id);
-- Whether a key works goes by the switch and by the clock; one without an end ends after all others.
CREATE INDEX api_keys_status ON api_keys (is_enabled, coalesce(expires_at, '9999-12-31 23:59:59'), id);

-- With which key something was done. Keys that are deleted stay named, so this is no reference.
ALTER TABLE system_logs ADD COLUMN api_key_id INTEGER;
CREATE INDEX system_logs_api_key_id ON system_logs (api_key_id, create_time, id) WHERE api_key_id IS NOT NULL;
