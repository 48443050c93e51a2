-- Each posting keeps its time, and one on an account what it left in its book: a balance of any past time is looked up
-- and not summed. What is stored is filled in by storage::ledger::running_balances, which copies the postings, drops
-- postings_before and builds the indexes.
DROP INDEX postings_account_id;
ALTER TABLE postings RENAME TO postings_before;
ALTER TABLE postings_before RENAME CONSTRAINT postings_pkey TO postings_before_pkey;
CREATE TABLE postings (
    entry_id BIGINT NOT NULL,
    line BIGINT NOT NULL,
    book TEXT COLLATE "C" NOT NULL,
    account_id BIGINT,
    currency_code BIGINT NOT NULL,
    amount NUMERIC NOT NULL,
    post_time TIMESTAMP NOT NULL,
    balance_after NUMERIC,
    PRIMARY KEY (entry_id, line),
    CHECK ((account_id IS NULL) = (balance_after IS NULL))
);
