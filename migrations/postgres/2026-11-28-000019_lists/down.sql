DROP INDEX transactions_client_id;
CREATE INDEX transactions_client_id ON transactions (client_id, create_time, id);
DROP INDEX clients_listed;
DROP TRIGGER count_deleted_clients ON clients;
DROP TRIGGER count_removed_clients ON clients;
DROP TRIGGER count_new_clients ON clients;
DROP FUNCTION count_removed_clients;
DROP FUNCTION count_new_clients;
DROP TABLE client_counts;
