-- Providers by which users sign in. `client_secret` is sealed.
CREATE TABLE identity_providers (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    caption TEXT NOT NULL,
    issuer TEXT NOT NULL,
    client_id TEXT NOT NULL,
    client_secret TEXT,
    scopes TEXT NOT NULL,
    redirect_uris TEXT NOT NULL,
    email_domains TEXT NOT NULL,
    group_claim TEXT NOT NULL,
    follows_groups BOOLEAN NOT NULL,
    creates_users BOOLEAN NOT NULL,
    trusts_second_factor BOOLEAN NOT NULL,
    is_enabled BOOLEAN NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);

-- Which groups the values of a provider's claim give. A group that is named here cannot be deleted.
CREATE TABLE identity_provider_groups (
    provider_id INTEGER NOT NULL REFERENCES identity_providers (id),
    claim_value TEXT NOT NULL,
    group_id INTEGER NOT NULL REFERENCES user_groups (id),
    PRIMARY KEY (provider_id, claim_value, group_id)
);
CREATE INDEX identity_provider_groups_group_id ON identity_provider_groups (group_id);

-- Who users are at their providers. A provider knows a user as one subject.
CREATE TABLE user_identities (
    provider_id INTEGER NOT NULL REFERENCES identity_providers (id),
    subject TEXT NOT NULL,
    user_id INTEGER NOT NULL REFERENCES users (id),
    create_time TIMESTAMP NOT NULL,
    PRIMARY KEY (provider_id, subject)
);
CREATE UNIQUE INDEX user_identities_user_id ON user_identities (user_id, provider_id);

-- Sign-ins that are begun with a provider, until they are ended or expire. `sealed` is what the provider must know of it,
-- `network` the address that began it.
CREATE TABLE provider_sign_ins (
    token_hash BLOB NOT NULL PRIMARY KEY,
    provider_id INTEGER NOT NULL REFERENCES identity_providers (id),
    redirect_uri TEXT NOT NULL,
    state_hash BLOB NOT NULL,
    sealed BLOB NOT NULL,
    network TEXT NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX provider_sign_ins_provider_id ON provider_sign_ins (provider_id);
CREATE INDEX provider_sign_ins_network ON provider_sign_ins (network, expires_at);
CREATE INDEX provider_sign_ins_expires_at ON provider_sign_ins (expires_at);

-- With which provider a user signed in. Providers that are deleted stay named, so this is no reference.
ALTER TABLE sign_in_attempts ADD COLUMN provider_id INTEGER;
