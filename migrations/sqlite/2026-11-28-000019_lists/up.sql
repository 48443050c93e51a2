-- How many clients are not removed. PostgreSQL counts in several parts; here there is one writer.
CREATE TABLE client_counts (
    part INTEGER NOT NULL PRIMARY KEY,
    clients INTEGER NOT NULL
);
INSERT INTO client_counts (part, clients) SELECT 0, count(*) FROM clients WHERE status <> 'deleted';

CREATE TRIGGER count_new_clients AFTER INSERT ON clients WHEN NEW.status <> 'deleted' BEGIN
    UPDATE client_counts SET clients = clients + 1 WHERE part = 0;
END;
CREATE TRIGGER count_removed_clients AFTER UPDATE OF status ON clients
    WHEN (OLD.status = 'deleted') <> (NEW.status = 'deleted') BEGIN
    UPDATE client_counts SET clients = clients + CASE WHEN NEW.status <> 'deleted' THEN 1 ELSE -1 END WHERE part = 0;
END;
CREATE TRIGGER count_deleted_clients AFTER DELETE ON clients WHEN OLD.status <> 'deleted' BEGIN
    UPDATE client_counts SET clients = clients - 1 WHERE part = 0;
END;

-- What lists leave out stands in the condition, so that a page far from the first skips entries without looking at them.
DROP INDEX clients_create_time;
CREATE INDEX clients_create_time ON clients (create_time, id) WHERE status <> 'deleted';
-- With the status, so that counts and pages of a client read nothing but the index.
DROP INDEX transactions_client_id;
CREATE INDEX transactions_client_id ON transactions (client_id, create_time, id, status);
