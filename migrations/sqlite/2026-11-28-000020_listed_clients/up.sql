-- An index for the list of clients, beside that of all clients. Some databases have it already.
DROP INDEX IF EXISTS clients_listed;
DROP INDEX clients_create_time;
CREATE INDEX clients_create_time ON clients (create_time, id, status);
-- SQLite reads the row of each client that a page skips, unless the index has the column of its condition.
CREATE INDEX clients_listed ON clients (create_time, id, status) WHERE status <> 'deleted';
