CREATE TABLE currency_aliases (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    currency_code INTEGER NOT NULL REFERENCES currencies (code),
    alphabetic_code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL
);
CREATE INDEX currency_aliases_currency_code ON currency_aliases (currency_code, id);

CREATE TABLE rate_providers (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    provider TEXT NOT NULL,
    priority INTEGER NOT NULL,
    is_enabled BOOLEAN NOT NULL,
    from_codes TEXT NOT NULL,
    to_codes TEXT NOT NULL,
    options TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);
CREATE INDEX rate_providers_priority ON rate_providers (priority, id);

-- What outside providers last answered; no rate means that they had none.
CREATE TABLE rate_quotes (
    provider_id INTEGER NOT NULL REFERENCES rate_providers (id),
    from_code INTEGER NOT NULL REFERENCES currencies (code),
    to_code INTEGER NOT NULL REFERENCES currencies (code),
    rate TEXT,
    fetch_time TIMESTAMP NOT NULL,
    PRIMARY KEY (provider_id, from_code, to_code)
);

CREATE TABLE currency_pairs (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    from_code INTEGER NOT NULL REFERENCES currencies (code),
    to_code INTEGER NOT NULL REFERENCES currencies (code),
    is_enabled BOOLEAN NOT NULL,
    is_enabled_for_admin BOOLEAN NOT NULL,
    is_hedging_enabled BOOLEAN NOT NULL,
    is_request_required BOOLEAN NOT NULL,
    step TEXT,
    max_amount TEXT,
    rate_providers TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL,
    UNIQUE (from_code, to_code)
);
CREATE INDEX currency_pairs_create_time ON currency_pairs (create_time, id);
CREATE INDEX currency_pairs_to_code ON currency_pairs (to_code, create_time, id);
CREATE INDEX currency_pairs_max_amount ON currency_pairs (max_amount);
CREATE INDEX currency_pairs_step ON currency_pairs (step);

-- balance, hold and credit are what the postings of the account sum to.
CREATE TABLE accounts (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    number TEXT NOT NULL,
    client_id INTEGER NOT NULL REFERENCES clients (id),
    product_id INTEGER NOT NULL REFERENCES products (id),
    platform_id INTEGER NOT NULL REFERENCES platforms (id),
    group_id INTEGER REFERENCES product_groups (id),
    currency_code INTEGER NOT NULL REFERENCES currencies (code),
    kind TEXT NOT NULL,
    caption TEXT NOT NULL,
    name TEXT NOT NULL,
    permissions TEXT NOT NULL,
    leverage INTEGER,
    platform_group TEXT,
    balance TEXT NOT NULL,
    hold TEXT NOT NULL,
    credit TEXT NOT NULL,
    pnl TEXT NOT NULL,
    margin TEXT NOT NULL,
    statement_time TIMESTAMP NOT NULL,
    archive_time TIMESTAMP,
    create_time TIMESTAMP NOT NULL,
    UNIQUE (platform_id, number)
);
CREATE INDEX accounts_create_time ON accounts (create_time, id);
CREATE INDEX accounts_client_id ON accounts (client_id, create_time, id);
CREATE INDEX accounts_product_id ON accounts (product_id, create_time, id);
CREATE INDEX accounts_platform_id ON accounts (platform_id, create_time, id);
CREATE INDEX accounts_currency_code ON accounts (currency_code, id);
CREATE INDEX accounts_number ON accounts (number);

-- Deposit and withdrawal methods, told apart by their direction.
CREATE TABLE methods (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    direction TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    caption TEXT NOT NULL,
    provider TEXT NOT NULL,
    connection_id INTEGER,
    is_enabled BOOLEAN NOT NULL,
    priority INTEGER NOT NULL,
    time_to_fund TEXT,
    icon TEXT,
    result_url TEXT,
    ip_white_list TEXT NOT NULL,
    rates_provider_id INTEGER REFERENCES rate_providers (id),
    options TEXT NOT NULL,
    resources TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL,
    UNIQUE (direction, name_key)
);
CREATE INDEX methods_priority ON methods (direction, priority, id);
CREATE INDEX methods_create_time ON methods (direction, create_time, id);
CREATE INDEX methods_rates_provider_id ON methods (rates_provider_id);

CREATE TABLE method_groups (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    direction TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    caption TEXT NOT NULL,
    priority INTEGER NOT NULL,
    is_enabled BOOLEAN NOT NULL,
    resources TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL,
    UNIQUE (direction, name_key)
);
CREATE INDEX method_groups_direction ON method_groups (direction, id);

CREATE TABLE method_group_members (
    method_id INTEGER NOT NULL REFERENCES methods (id),
    group_id INTEGER NOT NULL REFERENCES method_groups (id),
    PRIMARY KEY (method_id, group_id)
);
CREATE INDEX method_group_members_group_id ON method_group_members (group_id, method_id);

CREATE TABLE method_currencies (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    method_id INTEGER NOT NULL REFERENCES methods (id),
    currency_code INTEGER NOT NULL REFERENCES currencies (code),
    kind TEXT NOT NULL,
    is_enabled BOOLEAN NOT NULL,
    min_amount TEXT,
    max_amount TEXT,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL,
    UNIQUE (method_id, currency_code, kind)
);
CREATE INDEX method_currencies_currency_code ON method_currencies (currency_code, kind, method_id);

CREATE TABLE method_commissions (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    method_id INTEGER NOT NULL REFERENCES methods (id),
    currency_code INTEGER NOT NULL REFERENCES currencies (code),
    kind TEXT NOT NULL,
    fixed TEXT,
    percent TEXT,
    min_amount TEXT,
    max_amount TEXT,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL,
    UNIQUE (method_id, currency_code, kind)
);
CREATE INDEX method_commissions_currency_code ON method_commissions (currency_code);

CREATE TABLE method_attributes (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    method_id INTEGER NOT NULL REFERENCES methods (id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    caption TEXT NOT NULL,
    kind TEXT NOT NULL,
    rules TEXT NOT NULL,
    options TEXT NOT NULL,
    resources TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    UNIQUE (method_id, name_key)
);

CREATE TABLE method_restrictions (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    method_id INTEGER NOT NULL REFERENCES methods (id),
    name TEXT NOT NULL,
    is_enabled BOOLEAN NOT NULL,
    mode TEXT NOT NULL,
    ids TEXT NOT NULL,
    UNIQUE (method_id, name)
);

CREATE TABLE transaction_types (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    caption TEXT NOT NULL,
    options TEXT NOT NULL,
    class TEXT,
    enabled BOOLEAN NOT NULL
);

CREATE TABLE resolutions (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    resources TEXT NOT NULL,
    enabled BOOLEAN NOT NULL
);

-- Currencies, methods, resolutions and users are named without a reference: rows that every
-- transaction locks to look at them would queue all writers of PostgreSQL up. They are checked
-- where they are deleted. Indexes hold the status too, so that deep pages are skipped within them.
-- facts of deposits and withdrawals, as JSON
-- what a waiting transaction is carried out by, as JSON
-- none where it counts in no limit
CREATE TABLE transactions (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES clients (id),
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    debit_account_id INTEGER REFERENCES accounts (id),
    debit_amount TEXT NOT NULL,
    debit_commission TEXT NOT NULL,
    debit_currency INTEGER NOT NULL,
    credit_account_id INTEGER REFERENCES accounts (id),
    credit_amount TEXT NOT NULL,
    credit_commission TEXT NOT NULL,
    credit_currency INTEGER NOT NULL,
    rate TEXT NOT NULL,
    method_id INTEGER,
    meta TEXT,
    terms TEXT,
    usd_worth TEXT,
    resolution_id INTEGER,
    user_id INTEGER,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL,
    processed_time TIMESTAMP
);
CREATE INDEX transactions_create_time ON transactions (create_time, id, status);
CREATE INDEX transactions_status ON transactions (status, create_time, id);
CREATE INDEX transactions_kind ON transactions (kind, create_time, id, status);
CREATE INDEX transactions_client_id ON transactions (client_id, create_time, id);
CREATE INDEX transactions_debit_account_id ON transactions (debit_account_id, create_time, id);
CREATE INDEX transactions_credit_account_id ON transactions (credit_account_id, create_time, id);
CREATE INDEX transactions_method_id ON transactions (method_id, create_time, id);
CREATE INDEX transactions_credit_amount ON transactions (credit_amount, id, status);
CREATE INDEX transactions_debit_amount ON transactions (debit_amount, id, status);

-- What a client asks for and a user decides.
CREATE TABLE requests (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES clients (id),
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    transaction_id INTEGER UNIQUE REFERENCES transactions (id),
    create_time TIMESTAMP NOT NULL,
    processed_time TIMESTAMP
);
CREATE INDEX requests_client_id ON requests (client_id, create_time, id);

-- What happened to money at once; never changed, and the same step never twice. An entry and its
-- postings are written by one statement and never deleted, so no reference is looked up for them.
CREATE TABLE entries (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    transaction_id INTEGER,
    bonus_id INTEGER,
    step TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    UNIQUE (transaction_id, step),
    UNIQUE (bonus_id, step)
);

CREATE TABLE postings (
    entry_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    book TEXT NOT NULL,
    account_id INTEGER REFERENCES accounts (id),
    currency_code INTEGER NOT NULL,
    amount TEXT NOT NULL,
    PRIMARY KEY (entry_id, line)
);
CREATE INDEX postings_account_id ON postings (account_id, entry_id);

CREATE TABLE monitorings (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES clients (id),
    transaction_id INTEGER NOT NULL REFERENCES transactions (id),
    direction TEXT NOT NULL,
    review_status TEXT NOT NULL,
    risk_score TEXT NOT NULL,
    provider TEXT NOT NULL,
    data TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);
CREATE INDEX monitorings_create_time ON monitorings (create_time, id);
CREATE INDEX monitorings_client_id ON monitorings (client_id, create_time, id);
CREATE INDEX monitorings_transaction_id ON monitorings (transaction_id, create_time, id);
CREATE INDEX monitorings_direction ON monitorings (direction, create_time, id);
CREATE INDEX monitorings_review_status ON monitorings (review_status, create_time, id);
