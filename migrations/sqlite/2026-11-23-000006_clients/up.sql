-- What clients may do; a verification level points at one.
CREATE TABLE permission_levels (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    caption TEXT NOT NULL,
    parent_id INTEGER REFERENCES permission_levels (id),
    is_default BOOLEAN NOT NULL,
    permissions TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP
);
CREATE INDEX permission_levels_create_time ON permission_levels (create_time, id);

CREATE TABLE verification_levels (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    role_id INTEGER NOT NULL REFERENCES permission_levels (id),
    position INTEGER NOT NULL,
    is_default BOOLEAN NOT NULL,
    limits TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);
CREATE INDEX verification_levels_role_id ON verification_levels (role_id);

CREATE TABLE client_types (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    is_default BOOLEAN NOT NULL,
    enabled BOOLEAN NOT NULL,
    wizard BOOLEAN NOT NULL,
    resources TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);
CREATE INDEX client_types_create_time ON client_types (create_time, id);
CREATE INDEX client_types_kind ON client_types (kind, create_time, id);
CREATE INDEX client_types_enabled ON client_types (enabled, create_time, id);

-- Managers are users; new clients go to them in turn.
CREATE TABLE managers (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL UNIQUE REFERENCES users (id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    phone TEXT,
    title TEXT,
    enabled BOOLEAN NOT NULL,
    is_default BOOLEAN NOT NULL,
    country_mode TEXT NOT NULL,
    country_ids TEXT NOT NULL,
    turn INTEGER NOT NULL,
    create_time TIMESTAMP NOT NULL
);
CREATE INDEX managers_create_time ON managers (create_time, id);
CREATE INDEX managers_enabled ON managers (enabled, create_time, id);

CREATE TABLE clients (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    middle_name TEXT,
    nickname TEXT,
    birthday DATE,
    country_id INTEGER REFERENCES countries (id),
    city TEXT,
    company_full_name TEXT,
    company_short_name TEXT,
    internal_type TEXT NOT NULL,
    risk_level TEXT NOT NULL,
    status TEXT NOT NULL,
    type_id INTEGER NOT NULL REFERENCES client_types (id),
    level_id INTEGER NOT NULL REFERENCES verification_levels (id),
    manager_id INTEGER REFERENCES managers (id),
    locale TEXT NOT NULL,
    password_hash TEXT,
    phone TEXT,
    analytics TEXT NOT NULL,
    logged_at TIMESTAMP,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP
);
CREATE INDEX clients_create_time ON clients (create_time, id, status);
CREATE INDEX clients_status ON clients (status, create_time, id);
CREATE INDEX clients_country_id ON clients (country_id, create_time, id);
CREATE INDEX clients_manager_id ON clients (manager_id, create_time, id);
CREATE INDEX clients_type_id ON clients (type_id, create_time, id);
CREATE INDEX clients_level_id ON clients (level_id, create_time, id);
CREATE INDEX clients_internal_type ON clients (internal_type, create_time, id);
CREATE INDEX clients_risk_level ON clients (risk_level, create_time, id);

CREATE TABLE client_tag_members (
    client_id INTEGER NOT NULL REFERENCES clients (id),
    tag_id INTEGER NOT NULL REFERENCES client_tags (id),
    PRIMARY KEY (client_id, tag_id)
);
CREATE INDEX client_tag_members_tag_id ON client_tag_members (tag_id, client_id);

-- What is set apart from the defaults; a client without a row has them all.
CREATE TABLE client_settings (
    client_id INTEGER NOT NULL REFERENCES clients (id),
    application_color TEXT,
    common_theme TEXT NOT NULL,
    max_demo_accounts INTEGER,
    max_live_accounts INTEGER,
    permission_overrides TEXT NOT NULL,
    is_whitelist_on BOOLEAN NOT NULL,
    PRIMARY KEY (client_id)
);

CREATE TABLE addresses (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES clients (id),
    address TEXT NOT NULL,
    city TEXT NOT NULL,
    country_id INTEGER NOT NULL REFERENCES countries (id),
    postcode TEXT,
    state TEXT,
    kind TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);
CREATE INDEX addresses_create_time ON addresses (create_time, id);
CREATE INDEX addresses_client_id ON addresses (client_id, create_time, id);
CREATE INDEX addresses_address ON addresses (address, create_time, id);
CREATE INDEX addresses_postcode ON addresses (postcode, create_time, id);
CREATE INDEX addresses_kind ON addresses (kind, create_time, id);

CREATE TABLE phones (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES clients (id),
    number TEXT NOT NULL,
    ext TEXT,
    kind TEXT,
    confirmed BOOLEAN NOT NULL,
    is_default BOOLEAN NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL,
    UNIQUE (client_id, number)
);
CREATE INDEX phones_create_time ON phones (create_time, id);
CREATE INDEX phones_update_time ON phones (update_time, id);
CREATE INDEX phones_client_id ON phones (client_id, create_time, id);
CREATE INDEX phones_number ON phones (number, create_time, id);
CREATE INDEX phones_ext ON phones (ext, create_time, id);
CREATE INDEX phones_kind ON phones (kind, create_time, id);
CREATE INDEX phones_confirmed ON phones (confirmed, create_time, id);

CREATE TABLE profile_changes (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES clients (id),
    kind TEXT NOT NULL,
    current_value TEXT NOT NULL,
    previous_value TEXT NOT NULL,
    user_id INTEGER REFERENCES users (id),
    create_time TIMESTAMP NOT NULL
);
CREATE INDEX profile_changes_client_id ON profile_changes (client_id, kind, create_time, id);

-- What clients are searched by in part, folded; three letters at a time.
CREATE VIRTUAL TABLE client_search USING fts5 (name, nickname, city, company_short, company_full, tokenize = 'trigram');
