-- The devices of clients that are shown notifications; a token is the device's, whoever signs in on it.
CREATE TABLE client_push_tokens (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    uuid TEXT NOT NULL UNIQUE,
    client_id INTEGER NOT NULL REFERENCES clients (id),
    token TEXT NOT NULL UNIQUE,
    create_time TIMESTAMP NOT NULL
);
CREATE INDEX client_push_tokens_client_id ON client_push_tokens (client_id, id);

-- Rates that clients were told, each good for one exchange until it expires.
CREATE TABLE exchange_quotes (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    uuid TEXT NOT NULL UNIQUE,
    client_id INTEGER NOT NULL REFERENCES clients (id),
    from_code INTEGER NOT NULL REFERENCES currencies (code) ON DELETE CASCADE,
    to_code INTEGER NOT NULL REFERENCES currencies (code) ON DELETE CASCADE,
    provider_rate TEXT NOT NULL,
    markup_sell TEXT NOT NULL,
    markup_buy TEXT NOT NULL,
    is_used BOOLEAN NOT NULL,
    create_time TIMESTAMP NOT NULL,
    expire_time TIMESTAMP NOT NULL
);
CREATE INDEX exchange_quotes_pair ON exchange_quotes (client_id, from_code, to_code, id);
CREATE INDEX exchange_quotes_from_code ON exchange_quotes (from_code);
CREATE INDEX exchange_quotes_to_code ON exchange_quotes (to_code);
CREATE INDEX exchange_quotes_expire_time ON exchange_quotes (expire_time);

-- The last equity of a trading account in each hour in which it changed.
CREATE TABLE equity_points (
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    hour TIMESTAMP NOT NULL,
    equity TEXT NOT NULL,
    PRIMARY KEY (account_id, hour)
);

CREATE INDEX banners_kind ON banners (kind, create_time, id);
CREATE INDEX banners_url ON banners (url, create_time, id);
