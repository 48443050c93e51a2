-- An index for the list of clients, beside that of all clients. Some databases have it already.
DROP INDEX IF EXISTS clients_listed;
DROP INDEX clients_create_time;
CREATE INDEX clients_create_time ON clients (create_time, id, status);
CREATE INDEX clients_listed ON clients (create_time, id) WHERE status <> 'deleted';
