-- Each posting keeps its time, and one on an account what it left in its book: a balance of any past time is looked up
-- and not summed. Amounts are text here, so what is stored is filled in by storage::ledger::running_balances, which
-- copies the postings, drops postings_before and builds the indexes.
DROP INDEX postings_account_id;
ALTER TABLE postings RENAME TO postings_before;
CREATE TABLE postings (
    entry_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    book TEXT NOT NULL,
    account_id INTEGER REFERENCES accounts (id),
    currency_code INTEGER NOT NULL,
    amount TEXT NOT NULL,
    post_time TIMESTAMP NOT NULL,
    balance_after TEXT,
    PRIMARY KEY (entry_id, line),
    CHECK ((account_id IS NULL) = (balance_after IS NULL))
) WITHOUT ROWID;
