-- The numeric code identifies a currency everywhere.
CREATE TABLE currencies (
    code BIGINT NOT NULL PRIMARY KEY,
    alphabetic_code TEXT COLLATE "C" NOT NULL UNIQUE,
    name TEXT COLLATE "C" NOT NULL,
    minor_unit BIGINT NOT NULL,
    enabled BOOLEAN NOT NULL,
    block_explorer TEXT COLLATE "C",
    markup_buy TEXT COLLATE "C" NOT NULL,
    markup_sell TEXT COLLATE "C" NOT NULL,
    resources TEXT COLLATE "C" NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);
CREATE INDEX currencies_create_time ON currencies (create_time, code);
CREATE INDEX currencies_enabled ON currencies (enabled, create_time);
