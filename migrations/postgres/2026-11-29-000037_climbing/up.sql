-- By which nicknames are told apart, folded. Clients who had the same one keep it; the first of them holds it.
ALTER TABLE clients ADD COLUMN nickname_key TEXT COLLATE "C";
UPDATE clients SET nickname_key = (SELECT nickname FROM client_search WHERE client_search.rowid = clients.id)
    WHERE nickname IS NOT NULL AND nickname <> '' AND id IN (
        SELECT MIN(s.rowid) FROM client_search s JOIN clients c ON c.id = s.rowid
            WHERE c.nickname IS NOT NULL AND c.nickname <> '' GROUP BY s.nickname
    );
CREATE UNIQUE INDEX clients_nickname ON clients (nickname_key);

CREATE INDEX client_tests_priority ON client_tests (priority, id);

-- Verification procedures under way: a client has one at a time.
CREATE TABLE verification_runs (
    client_id BIGINT NOT NULL PRIMARY KEY REFERENCES clients (id),
    uuid TEXT COLLATE "C" NOT NULL,
    level_id BIGINT NOT NULL REFERENCES verification_levels (id) ON DELETE CASCADE,
    expires_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX verification_runs_uuid ON verification_runs (uuid);
CREATE INDEX verification_runs_level_id ON verification_runs (level_id);
