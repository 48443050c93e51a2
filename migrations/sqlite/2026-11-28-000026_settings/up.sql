-- The settings of the installation: one row. What its text does not name has its default.
CREATE TABLE settings (
    id INTEGER NOT NULL PRIMARY KEY,
    data TEXT NOT NULL,
    update_time TIMESTAMP NOT NULL
);

-- Texts of the broker by name, which messages take in.
CREATE TABLE key_value_pairs (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    value TEXT NOT NULL,
    value_key TEXT NOT NULL,
    kind TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);
CREATE INDEX key_value_pairs_create_time ON key_value_pairs (create_time, id);
CREATE INDEX key_value_pairs_kind ON key_value_pairs (kind, create_time, id);

CREATE TABLE key_value_tags (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);
CREATE INDEX key_value_tags_create_time ON key_value_tags (create_time, id);

CREATE TABLE key_value_pair_tags (
    pair_id INTEGER NOT NULL REFERENCES key_value_pairs (id) ON DELETE CASCADE,
    tag_id INTEGER NOT NULL REFERENCES key_value_tags (id) ON DELETE CASCADE,
    PRIMARY KEY (pair_id, tag_id)
);
CREATE INDEX key_value_pair_tags_tag_id ON key_value_pair_tags (tag_id);
