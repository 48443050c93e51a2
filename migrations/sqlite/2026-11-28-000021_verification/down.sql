DROP TABLE verifications;
DROP TABLE level_restrictions;
DROP TABLE verification_level_tests;
DROP TABLE verification_level_groups;
DROP INDEX verification_levels_next_level_id;
DROP INDEX verification_levels_position;
ALTER TABLE verification_levels DROP COLUMN is_visible;
ALTER TABLE verification_levels DROP COLUMN wizard;
ALTER TABLE verification_levels DROP COLUMN next_level_id;
ALTER TABLE verification_levels DROP COLUMN mail_description;
ALTER TABLE verification_levels DROP COLUMN description;
DROP TABLE answer_options;
DROP TABLE test_questions;
DROP TABLE client_tests;
DROP TABLE document_types;
DROP TABLE document_groups;
DROP INDEX transactions_resolution_id;
CREATE TABLE plain_resolutions (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    resources TEXT NOT NULL,
    enabled BOOLEAN NOT NULL
);
INSERT INTO plain_resolutions (id, name, resources, enabled) SELECT id, name, resources, enabled FROM resolutions;
DROP TABLE resolutions;
ALTER TABLE plain_resolutions RENAME TO resolutions;
DROP TABLE resolution_types;
