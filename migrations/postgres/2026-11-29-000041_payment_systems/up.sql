-- Deposits that a payment system has begun, until it reports them, or fails to.
CREATE TABLE awaited_payments (
    transaction_id BIGINT NOT NULL PRIMARY KEY REFERENCES transactions (id),
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX awaited_payments_expires_at ON awaited_payments (expires_at, transaction_id);

-- The addresses to which clients pay, as the payment system of a connection gave them. Whoever pays to one of a former
-- connection is still credited if it reports again.
CREATE TABLE deposit_addresses (
    address TEXT COLLATE "C" NOT NULL,
    currency BIGINT NOT NULL REFERENCES currencies (code),
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    method_id BIGINT NOT NULL REFERENCES methods (id),
    connection_id BIGINT NOT NULL,
    details TEXT COLLATE "C" NOT NULL,
    create_time TIMESTAMP NOT NULL,
    PRIMARY KEY (address, currency)
);
CREATE UNIQUE INDEX deposit_addresses_account_id ON deposit_addresses (account_id, method_id, currency, connection_id);
CREATE INDEX deposit_addresses_method_id ON deposit_addresses (method_id);
CREATE INDEX deposit_addresses_currency ON deposit_addresses (currency);

-- Money that payment systems have reported, so that none is credited twice. The transaction is the one that it ended in.
CREATE TABLE received_payments (
    method_id BIGINT NOT NULL REFERENCES methods (id),
    reference TEXT COLLATE "C" NOT NULL,
    amount NUMERIC NOT NULL,
    transaction_id BIGINT NOT NULL REFERENCES transactions (id),
    reported_from TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (method_id, reference)
);
CREATE INDEX received_payments_transaction_id ON received_payments (transaction_id);
