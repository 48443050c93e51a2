-- The numeric code identifies a currency everywhere.
CREATE TABLE currencies (
    code INTEGER NOT NULL PRIMARY KEY,
    alphabetic_code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    minor_unit INTEGER NOT NULL,
    enabled BOOLEAN NOT NULL,
    block_explorer TEXT,
    markup_buy TEXT NOT NULL,
    markup_sell TEXT NOT NULL,
    resources TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);
CREATE INDEX currencies_create_time ON currencies (create_time, code);
CREATE INDEX currencies_enabled ON currencies (enabled, create_time);
