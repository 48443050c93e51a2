CREATE TABLE entries_without_round (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    transaction_id INTEGER,
    bonus_id INTEGER,
    step TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    UNIQUE (transaction_id, step),
    UNIQUE (bonus_id, step)
);
INSERT INTO entries_without_round (id, transaction_id, bonus_id, step, create_time)
    SELECT id, transaction_id, bonus_id, step, create_time FROM entries;
DROP TABLE entries;
ALTER TABLE entries_without_round RENAME TO entries;
DROP TABLE platform_orders;
DROP TABLE platform_keys;
ALTER TABLE accounts DROP COLUMN figures_time;
ALTER TABLE platforms DROP COLUMN gateway_url;
ALTER TABLE client_settings ADD COLUMN is_whitelist_on BOOLEAN NOT NULL DEFAULT FALSE;
