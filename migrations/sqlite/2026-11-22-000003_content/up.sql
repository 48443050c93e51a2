CREATE TABLE countries (
    id INTEGER NOT NULL PRIMARY KEY,
    alpha2_code TEXT NOT NULL UNIQUE,
    alpha3_code TEXT NOT NULL UNIQUE,
    numeric_code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    calling_code TEXT NOT NULL,
    currency_code INTEGER REFERENCES currencies (code),
    enabled BOOLEAN NOT NULL
);
CREATE INDEX countries_name_key ON countries (name_key, id);
CREATE INDEX countries_enabled ON countries (enabled, id);
CREATE INDEX countries_currency_code ON countries (currency_code);
