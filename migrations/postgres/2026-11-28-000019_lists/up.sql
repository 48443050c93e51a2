-- How many clients are not removed, in parts: a transaction changes the part of its connection, so that those of
-- several connections do not wait for each other.
CREATE TABLE client_counts (
    part BIGINT NOT NULL PRIMARY KEY,
    clients BIGINT NOT NULL
);
INSERT INTO client_counts (part, clients) SELECT part, 0 FROM generate_series(0, 15) AS part;
UPDATE client_counts SET clients = (SELECT count(*) FROM clients WHERE status <> 'deleted') WHERE part = 0;

CREATE FUNCTION count_new_clients() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE client_counts SET clients = clients + (SELECT count(*) FROM added WHERE status <> 'deleted')
        WHERE part = pg_backend_pid() % 16;
    RETURN NULL;
END
$$;
CREATE FUNCTION count_removed_clients() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE client_counts
        SET clients = clients + CASE WHEN TG_OP = 'UPDATE' AND NEW.status <> 'deleted' THEN 1 ELSE -1 END
        WHERE part = pg_backend_pid() % 16;
    RETURN NULL;
END
$$;
CREATE TRIGGER count_new_clients AFTER INSERT ON clients REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION count_new_clients();
CREATE TRIGGER count_removed_clients AFTER UPDATE ON clients
    FOR EACH ROW WHEN ((OLD.status = 'deleted') <> (NEW.status = 'deleted')) EXECUTE FUNCTION count_removed_clients();
CREATE TRIGGER count_deleted_clients AFTER DELETE ON clients
    FOR EACH ROW WHEN (OLD.status <> 'deleted') EXECUTE FUNCTION count_removed_clients();

-- What lists leave out stands in the condition, so that a page far from the first skips entries without looking at them.
DROP INDEX clients_create_time;
CREATE INDEX clients_create_time ON clients (create_time, id) WHERE status <> 'deleted';
-- With the status, so that counts and pages of a client read nothing but the index.
DROP INDEX transactions_client_id;
CREATE INDEX transactions_client_id ON transactions (client_id, create_time, id, status);
