-- Grows with every change of who may do what. PostgreSQL alone counts: several servers write there.
CREATE TABLE access_version (
    id INTEGER NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL
);
INSERT INTO access_version (id, version) VALUES (1, 1);
