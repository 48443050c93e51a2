DROP INDEX clients_listed;
DROP INDEX clients_create_time;
CREATE INDEX clients_create_time ON clients (create_time, id) WHERE status <> 'deleted';
