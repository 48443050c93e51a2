-- What a request asks for where no transaction says it, and what users note on it. Of two undecided requests of a client
-- and a kind, none have the same slot.
ALTER TABLE requests ADD COLUMN ip TEXT NOT NULL DEFAULT '0.0.0.0';
ALTER TABLE requests ADD COLUMN account_id INTEGER REFERENCES accounts (id);
ALTER TABLE requests ADD COLUMN asked TEXT;
ALTER TABLE requests ADD COLUMN subject_id INTEGER;
ALTER TABLE requests ADD COLUMN slot INTEGER;
ALTER TABLE requests ADD COLUMN resolution_id INTEGER;
ALTER TABLE requests ADD COLUMN comment TEXT;
ALTER TABLE requests ADD COLUMN color TEXT;
UPDATE requests SET resolution_id =
    (SELECT resolution_id FROM transactions WHERE transactions.id = requests.transaction_id)
WHERE status = 'rejected';

CREATE UNIQUE INDEX requests_slot ON requests (client_id, kind, slot) WHERE status IN ('inProgress', 'new', 'pending');
CREATE INDEX requests_subject ON requests (kind, subject_id) WHERE subject_id IS NOT NULL;
CREATE INDEX requests_resolution_id ON requests (resolution_id) WHERE resolution_id IS NOT NULL;
CREATE INDEX requests_create_time ON requests (create_time, id);
CREATE INDEX requests_kind ON requests (kind, create_time, id, status);
CREATE INDEX requests_status ON requests (status, create_time, id, kind);
CREATE INDEX requests_kind_id ON requests (kind, id, status);
CREATE INDEX requests_status_id ON requests (status, id, kind);
DROP INDEX requests_client_id;
CREATE INDEX requests_client_id ON requests (client_id, create_time, id, kind, status);

-- How many requests there are of each kind and status. PostgreSQL counts in several parts; here there is one writer.
CREATE TABLE request_counts (
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    part INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    PRIMARY KEY (kind, status, part)
);
INSERT INTO request_counts (kind, status, part, requests)
SELECT kind, status, 0, count(*) FROM requests GROUP BY kind, status;

CREATE TRIGGER count_requests AFTER INSERT ON requests BEGIN
    INSERT INTO request_counts (kind, status, part, requests) VALUES (NEW.kind, NEW.status, 0, 1)
    ON CONFLICT (kind, status, part) DO UPDATE SET requests = requests + 1;
END;
CREATE TRIGGER recount_request AFTER UPDATE OF status ON requests WHEN OLD.status <> NEW.status BEGIN
    UPDATE request_counts SET requests = requests - 1 WHERE kind = OLD.kind AND status = OLD.status AND part = 0;
    INSERT INTO request_counts (kind, status, part, requests) VALUES (NEW.kind, NEW.status, 0, 1)
    ON CONFLICT (kind, status, part) DO UPDATE SET requests = requests + 1;
END;

-- What is blocked for a withdrawal can be adjusted more than once. SQLite changes no constraint of a table that stands.
CREATE TABLE entries_of_rounds (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    transaction_id INTEGER,
    bonus_id INTEGER,
    step TEXT NOT NULL,
    round INTEGER NOT NULL DEFAULT 1,
    create_time TIMESTAMP NOT NULL,
    UNIQUE (transaction_id, step, round),
    UNIQUE (bonus_id, step, round)
);
INSERT INTO entries_of_rounds (id, transaction_id, bonus_id, step, round, create_time)
    SELECT id, transaction_id, bonus_id, step, round, create_time FROM entries;
DROP TABLE entries;
ALTER TABLE entries_of_rounds RENAME TO entries;

-- What happened that others may want to hear of, written along with it.
CREATE TABLE events (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    client_id INTEGER REFERENCES clients (id),
    data TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL
);
CREATE INDEX events_client_id ON events (client_id, id);

-- The e-mail addresses of clients whose data was removed, as keyed hashes: they stay taken.
CREATE TABLE erased_emails (
    fingerprint BLOB NOT NULL PRIMARY KEY
);

-- What clients answered in tests, with the questions as they stood then. Tests that are deleted leave their attempts.
CREATE TABLE test_attempts (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES clients (id),
    test_id INTEGER NOT NULL,
    caption TEXT NOT NULL,
    questions TEXT NOT NULL,
    request_id INTEGER REFERENCES requests (id),
    create_time TIMESTAMP NOT NULL
);
CREATE INDEX test_attempts_client_id ON test_attempts (client_id, create_time, id);
