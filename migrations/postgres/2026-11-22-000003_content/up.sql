CREATE TABLE countries (
    id BIGINT NOT NULL PRIMARY KEY,
    alpha2_code TEXT COLLATE "C" NOT NULL UNIQUE,
    alpha3_code TEXT COLLATE "C" NOT NULL UNIQUE,
    numeric_code TEXT COLLATE "C" NOT NULL UNIQUE,
    name TEXT COLLATE "C" NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    calling_code TEXT COLLATE "C" NOT NULL,
    currency_code BIGINT REFERENCES currencies (code),
    enabled BOOLEAN NOT NULL
);
CREATE INDEX countries_name_key ON countries (name_key, id);
CREATE INDEX countries_enabled ON countries (enabled, id);
CREATE INDEX countries_currency_code ON countries (currency_code);
