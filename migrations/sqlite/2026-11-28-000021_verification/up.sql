-- Why requests are rejected.
CREATE TABLE resolution_types (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    enabled BOOLEAN NOT NULL
);
INSERT INTO resolution_types (name, name_key, enabled)
SELECT 'General', 'general', TRUE WHERE EXISTS (SELECT 1 FROM resolutions);

CREATE TABLE typed_resolutions (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    resources TEXT NOT NULL,
    enabled BOOLEAN NOT NULL,
    type_id INTEGER NOT NULL REFERENCES resolution_types (id),
    UNIQUE (type_id, name_key)
);
INSERT INTO typed_resolutions (id, name, name_key, resources, enabled, type_id)
SELECT id, name, lower(name), resources, enabled, 1 FROM resolutions;
DROP TABLE resolutions;
ALTER TABLE typed_resolutions RENAME TO resolutions;
CREATE INDEX transactions_resolution_id ON transactions (resolution_id) WHERE resolution_id IS NOT NULL;

-- What clients hand in to be verified: kinds of paper, in groups that prove the same thing.
CREATE TABLE document_groups (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    caption TEXT NOT NULL,
    description TEXT NOT NULL,
    kind TEXT NOT NULL,
    enabled BOOLEAN NOT NULL,
    priority INTEGER NOT NULL,
    resources TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);
CREATE INDEX document_groups_create_time ON document_groups (create_time, id);
CREATE INDEX document_groups_priority ON document_groups (priority, id);

CREATE TABLE document_types (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    group_id INTEGER NOT NULL REFERENCES document_groups (id),
    name TEXT NOT NULL,
    caption TEXT NOT NULL,
    description TEXT NOT NULL,
    enabled BOOLEAN NOT NULL,
    example TEXT,
    max_files INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    resources TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);
CREATE INDEX document_types_group_id ON document_types (group_id);
CREATE INDEX document_types_create_time ON document_types (create_time, id);
CREATE INDEX document_types_priority ON document_types (priority, id);

-- Tests of what clients know.
CREATE TABLE client_tests (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    caption TEXT NOT NULL,
    details TEXT,
    is_visible BOOLEAN NOT NULL,
    priority INTEGER NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);
CREATE INDEX client_tests_create_time ON client_tests (create_time, id);

CREATE TABLE test_questions (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    test_id INTEGER NOT NULL REFERENCES client_tests (id) ON DELETE CASCADE,
    question TEXT NOT NULL,
    kind TEXT NOT NULL,
    is_visible BOOLEAN NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);
CREATE INDEX test_questions_test_id ON test_questions (test_id, id);

CREATE TABLE answer_options (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    question_id INTEGER NOT NULL REFERENCES test_questions (id) ON DELETE CASCADE,
    text TEXT NOT NULL,
    is_correct BOOLEAN NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);
CREATE INDEX answer_options_question_id ON answer_options (question_id, id);

-- What a level asks of clients, and for whom it is.
ALTER TABLE verification_levels ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE verification_levels ADD COLUMN mail_description TEXT NOT NULL DEFAULT '';
ALTER TABLE verification_levels ADD COLUMN next_level_id INTEGER;
ALTER TABLE verification_levels ADD COLUMN wizard TEXT NOT NULL DEFAULT 'DocumentsWizard';
ALTER TABLE verification_levels ADD COLUMN is_visible BOOLEAN NOT NULL DEFAULT TRUE;
CREATE UNIQUE INDEX verification_levels_position ON verification_levels (position);
CREATE INDEX verification_levels_next_level_id ON verification_levels (next_level_id);

CREATE TABLE verification_level_groups (
    level_id INTEGER NOT NULL REFERENCES verification_levels (id) ON DELETE CASCADE,
    group_id INTEGER NOT NULL REFERENCES document_groups (id),
    PRIMARY KEY (level_id, group_id)
);
CREATE INDEX verification_level_groups_group_id ON verification_level_groups (group_id);

CREATE TABLE verification_level_tests (
    level_id INTEGER NOT NULL REFERENCES verification_levels (id) ON DELETE CASCADE,
    test_id INTEGER NOT NULL REFERENCES client_tests (id),
    PRIMARY KEY (level_id, test_id)
);
CREATE INDEX verification_level_tests_test_id ON verification_level_tests (test_id);

CREATE TABLE level_restrictions (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    level_id INTEGER NOT NULL REFERENCES verification_levels (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    is_enabled BOOLEAN NOT NULL,
    mode TEXT NOT NULL,
    ids TEXT NOT NULL,
    UNIQUE (level_id, name)
);

-- Which level a client got when, and why; never changed. Levels are named as they were called then.
CREATE TABLE verifications (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES clients (id),
    level_id INTEGER NOT NULL,
    level_name TEXT NOT NULL,
    previous_level_id INTEGER,
    previous_level_name TEXT,
    reason TEXT NOT NULL,
    user_id INTEGER,
    create_time TIMESTAMP NOT NULL
);
CREATE INDEX verifications_create_time ON verifications (create_time, id);
CREATE INDEX verifications_client_id ON verifications (client_id, create_time, id);
INSERT INTO verifications (client_id, level_id, level_name, reason, create_time)
SELECT clients.id, clients.level_id, verification_levels.name, 'registration', clients.create_time
FROM clients JOIN verification_levels ON verification_levels.id = clients.level_id ORDER BY clients.id;
