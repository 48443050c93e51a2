CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    phone TEXT,
    password_hash TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    second_factor TEXT NOT NULL,
    totp_secret BLOB,
    totp_pending BLOB,
    totp_step INTEGER NOT NULL DEFAULT 0,
    ip_whitelist TEXT NOT NULL,
    can_view_masked_data BOOLEAN NOT NULL,
    slack_chat_id TEXT,
    telegram_chat_id TEXT,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL,
    deleted_at TIMESTAMP
);
-- The address of a deleted user may be used again.
CREATE UNIQUE INDEX users_email_key ON users (email_key) WHERE deleted_at IS NULL;
CREATE INDEX users_name_key ON users (name_key);

CREATE TABLE user_groups (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    is_administrators BOOLEAN NOT NULL,
    permissions TEXT NOT NULL
);

CREATE TABLE user_group_members (
    user_id INTEGER NOT NULL REFERENCES users (id),
    group_id INTEGER NOT NULL REFERENCES user_groups (id),
    PRIMARY KEY (user_id, group_id)
);
CREATE INDEX user_group_members_group_id ON user_group_members (group_id);

CREATE TABLE client_tags (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    create_time TIMESTAMP NOT NULL
);
CREATE INDEX client_tags_create_time ON client_tags (create_time, id);

CREATE TABLE user_client_tags (
    user_id INTEGER NOT NULL REFERENCES users (id),
    tag_id INTEGER NOT NULL REFERENCES client_tags (id),
    PRIMARY KEY (user_id, tag_id)
);
CREATE INDEX user_client_tags_tag_id ON user_client_tags (tag_id);

CREATE TABLE sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES users (id),
    ip TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP
);
CREATE INDEX sessions_user_id ON sessions (user_id);
CREATE INDEX sessions_expires_at ON sessions (expires_at);

CREATE TABLE session_tokens (
    hash BLOB NOT NULL PRIMARY KEY,
    session_id INTEGER NOT NULL REFERENCES sessions (id),
    kind TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP
);
CREATE INDEX session_tokens_session_id ON session_tokens (session_id);
CREATE INDEX session_tokens_expires_at ON session_tokens (expires_at);

CREATE TABLE second_factor_challenges (
    token_hash BLOB NOT NULL PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id),
    provider TEXT NOT NULL,
    code_hash BLOB,
    failures INTEGER NOT NULL,
    create_time TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP
);
CREATE INDEX second_factor_challenges_user_id ON second_factor_challenges (user_id);
CREATE INDEX second_factor_challenges_expires_at ON second_factor_challenges (expires_at);

CREATE TABLE sign_in_counters (
    email_key TEXT NOT NULL,
    ip TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    window_start TIMESTAMP NOT NULL,
    blocked_until TIMESTAMP,
    PRIMARY KEY (email_key, ip)
);
CREATE INDEX sign_in_counters_window_start ON sign_in_counters (window_start);

CREATE TABLE sign_in_attempts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER REFERENCES users (id),
    email TEXT NOT NULL,
    ip TEXT NOT NULL,
    outcome TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL
);
CREATE INDEX sign_in_attempts_create_time ON sign_in_attempts (create_time, id);
CREATE INDEX sign_in_attempts_user_id ON sign_in_attempts (user_id);

CREATE TABLE security_policies (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    active BOOLEAN NOT NULL,
    comment TEXT,
    ip TEXT NOT NULL,
    permission TEXT NOT NULL,
    route TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    UNIQUE (ip, permission, route)
);
CREATE INDEX security_policies_create_time ON security_policies (create_time, id);
CREATE INDEX security_policies_active ON security_policies (active, create_time);
CREATE INDEX security_policies_permission ON security_policies (permission, create_time);
CREATE INDEX security_policies_route ON security_policies (route, create_time);

CREATE TABLE system_logs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    actor_id INTEGER,
    actor TEXT NOT NULL,
    actor_key TEXT NOT NULL,
    actor_groups TEXT NOT NULL,
    event_category TEXT NOT NULL,
    event_action TEXT NOT NULL,
    event_name TEXT NOT NULL,
    client_id INTEGER,
    operation TEXT NOT NULL,
    ip TEXT NOT NULL,
    request_id TEXT NOT NULL,
    details TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL
);
CREATE INDEX system_logs_create_time ON system_logs (create_time, id);
CREATE INDEX system_logs_actor_key ON system_logs (actor_key, create_time, id);
CREATE INDEX system_logs_event_category ON system_logs (event_category, create_time, id);
CREATE INDEX system_logs_event_action ON system_logs (event_action, create_time, id);
CREATE INDEX system_logs_event_name ON system_logs (event_name, create_time, id);
