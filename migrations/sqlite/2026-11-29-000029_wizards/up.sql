-- The steps of clients' procedures.
CREATE TABLE wizards (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    uuid TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    kind TEXT NOT NULL,
    is_enabled BOOLEAN NOT NULL,
    is_default BOOLEAN NOT NULL,
    steps TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX wizards_uuid ON wizards (uuid);
CREATE UNIQUE INDEX wizards_name ON wizards (kind, name_key);
CREATE UNIQUE INDEX wizards_default ON wizards (kind) WHERE is_default;
CREATE INDEX wizards_kind ON wizards (kind, id);
CREATE INDEX wizards_name_key ON wizards (name_key, id);
CREATE INDEX wizards_is_enabled ON wizards (is_enabled, id);

-- One default wizard of each type. Outside systems name them by these UUIDs.
INSERT INTO wizards (uuid, name, name_key, kind, is_enabled, is_default, steps, create_time, update_time) VALUES
    ('4ba71ab7-ac05-44a5-acc6-be1805fdf179', 'Registration', 'registration', 'registration', TRUE, TRUE, '[{"step":"main_form"},{"step":"client_registration"}]', '2026-01-01 00:00:00', '2026-01-01 00:00:00'),
    ('0b8e90e9-f646-4d5f-9ae8-5d0928398f9f', 'Sign-in', 'sign-in', 'signIn', TRUE, TRUE, '[{"step":"credentials"},{"step":"two_factor"}]', '2026-01-01 00:00:00', '2026-01-01 00:00:00'),
    ('c4e08e67-b822-463b-8e69-80ee651011cb', 'Password recovery', 'password recovery', 'passwordRecovery', TRUE, TRUE, '[{"step":"form"},{"step":"email_confirmation"},{"step":"apply"}]', '2026-01-01 00:00:00', '2026-01-01 00:00:00'),
    ('a02bff2f-31bf-46af-a8b5-8ab4d47a9a78', 'Password change', 'password change', 'passwordChange', TRUE, TRUE, '[{"step":"form"},{"step":"email_confirmation"},{"step":"apply"}]', '2026-01-01 00:00:00', '2026-01-01 00:00:00'),
    ('25318bf2-7b88-4975-9414-f6b506d002db', 'Phone change', 'phone change', 'phoneChange', TRUE, TRUE, '[{"step":"form"},{"step":"phone_confirmation"},{"step":"apply"}]', '2026-01-01 00:00:00', '2026-01-01 00:00:00'),
    ('87a152f4-60ca-46fe-bd3d-b70b0d99ed20', 'Address change', 'address change', 'addressChange', TRUE, TRUE, '[{"step":"form"},{"step":"apply"}]', '2026-01-01 00:00:00', '2026-01-01 00:00:00'),
    ('e7fb3f46-c937-4388-967d-d69a83f614dc', 'Profile change', 'profile change', 'profileChange', TRUE, TRUE, '[{"step":"form"},{"step":"apply"}]', '2026-01-01 00:00:00', '2026-01-01 00:00:00'),
    ('9d461576-6cd4-4f91-bda5-36a3a434d6f9', 'Client type change', 'client type change', 'clientTypeChange', TRUE, TRUE, '[{"step":"form"},{"step":"apply"}]', '2026-01-01 00:00:00', '2026-01-01 00:00:00'),
    ('9eb22b5a-9059-486a-9d97-fce60131d9b6', 'New whitelisted address', 'new whitelisted address', 'whitelistCreate', TRUE, TRUE, '[{"step":"form"},{"step":"two_factor"},{"step":"apply"}]', '2026-01-01 00:00:00', '2026-01-01 00:00:00'),
    ('3ddab6b5-edb6-4e2f-8d8e-b596c8965f78', 'End of the whitelist', 'end of the whitelist', 'whitelistChange', TRUE, TRUE, '[{"step":"form"},{"step":"two_factor"},{"step":"apply"}]', '2026-01-01 00:00:00', '2026-01-01 00:00:00'),
    ('3ce1b347-0187-4c05-b0cc-76289bd7f38b', 'Removal of a whitelisted address', 'removal of a whitelisted address', 'whitelistDelete', TRUE, TRUE, '[{"step":"form"},{"step":"two_factor"},{"step":"apply"}]', '2026-01-01 00:00:00', '2026-01-01 00:00:00'),
    ('0e8a1ab6-642c-4eb6-b450-d4a77def588b', 'Withdrawal', 'withdrawal', 'withdrawal', TRUE, TRUE, '[{"step":"form"},{"step":"email_confirmation"},{"step":"apply"}]', '2026-01-01 00:00:00', '2026-01-01 00:00:00');

-- Wizards that clients and visitors take.
CREATE TABLE wizard_runs (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    uuid TEXT NOT NULL,
    kind TEXT NOT NULL,
    client_id INTEGER REFERENCES clients (id),
    state TEXT NOT NULL,
    steps TEXT NOT NULL,
    progress TEXT NOT NULL,
    data TEXT NOT NULL,
    code_hash BLOB,
    code_expires_at TIMESTAMP,
    sends INTEGER NOT NULL,
    wrong_tries TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX wizard_runs_uuid ON wizard_runs (uuid);
CREATE INDEX wizard_runs_client_id ON wizard_runs (client_id, kind) WHERE client_id IS NOT NULL;
CREATE INDEX wizard_runs_expires_at ON wizard_runs (expires_at, id);

-- What clients answered to fields of the broker's own.
CREATE TABLE client_additional_information (
    client_id INTEGER NOT NULL REFERENCES clients (id),
    name TEXT NOT NULL,
    caption TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (client_id, name)
);
