DROP INDEX clients_listed;
CREATE INDEX clients_listed ON clients (create_time, id) WHERE status <> 'deleted';
