DROP INDEX postings_book;
DROP INDEX postings_account_id;
CREATE TABLE postings_without_balances (
    entry_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    book TEXT NOT NULL,
    account_id INTEGER REFERENCES accounts (id),
    currency_code INTEGER NOT NULL,
    amount TEXT NOT NULL,
    PRIMARY KEY (entry_id, line)
);
INSERT INTO postings_without_balances SELECT entry_id, line, book, account_id, currency_code, amount FROM postings;
DROP TABLE postings;
ALTER TABLE postings_without_balances RENAME TO postings;
CREATE INDEX postings_account_id ON postings (account_id, entry_id);
