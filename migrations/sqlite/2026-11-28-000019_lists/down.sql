DROP INDEX transactions_client_id;
CREATE INDEX transactions_client_id ON transactions (client_id, create_time, id);
DROP INDEX clients_create_time;
CREATE INDEX clients_create_time ON clients (create_time, id, status);
DROP TRIGGER count_deleted_clients;
DROP TRIGGER count_removed_clients;
DROP TRIGGER count_new_clients;
DROP TABLE client_counts;
