-- Files with data of an earlier system. `file_id` is the file until the import has ended; `faults` are the first ones.
CREATE TABLE imports (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    delimiter TEXT NOT NULL,
    dry_run BOOLEAN NOT NULL,
    status TEXT NOT NULL,
    file_id INTEGER REFERENCES stored_files (id),
    line_count INTEGER NOT NULL,
    added INTEGER NOT NULL,
    existing INTEGER NOT NULL,
    fault_count INTEGER NOT NULL,
    faults TEXT NOT NULL,
    user_id INTEGER NOT NULL REFERENCES users (id),
    create_time TIMESTAMP NOT NULL,
    start_time TIMESTAMP,
    end_time TIMESTAMP
);
CREATE INDEX imports_create_time ON imports (create_time, id);
CREATE INDEX imports_kind ON imports (kind, create_time, id);
CREATE INDEX imports_status ON imports (status, create_time, id);
CREATE INDEX imports_file_id ON imports (file_id);

-- What was brought in, by the reference that the earlier system has for it: the same line twice is one transaction.
CREATE TABLE imported_transactions (
    reference TEXT PRIMARY KEY NOT NULL,
    transaction_id INTEGER NOT NULL UNIQUE REFERENCES transactions (id),
    account_id INTEGER NOT NULL,
    balance_change TEXT NOT NULL,
    earlier_time TIMESTAMP NOT NULL
);
