-- Grows with every change of who may do what, so that a server knows in one short query whether the
-- sessions that it keeps still hold. Statements of any program count, since triggers do it.
CREATE TABLE access_version (
    id BIGINT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL
);
INSERT INTO access_version (id, version) VALUES (1, 1);

CREATE FUNCTION count_access_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE access_version SET version = version + 1 WHERE id = 1;
    RETURN NULL;
END
$$;
-- A new user, session or token changes nothing for those that are kept.
CREATE TRIGGER count_access_change AFTER UPDATE OR DELETE ON users FOR EACH STATEMENT EXECUTE FUNCTION count_access_change();
CREATE TRIGGER count_access_change AFTER UPDATE OR DELETE ON sessions FOR EACH STATEMENT EXECUTE FUNCTION count_access_change();
CREATE TRIGGER count_access_change AFTER UPDATE OR DELETE ON session_tokens FOR EACH STATEMENT EXECUTE FUNCTION count_access_change();
CREATE TRIGGER count_access_change AFTER INSERT OR UPDATE OR DELETE ON user_groups FOR EACH STATEMENT EXECUTE FUNCTION count_access_change();
CREATE TRIGGER count_access_change AFTER INSERT OR UPDATE OR DELETE ON user_group_members FOR EACH STATEMENT EXECUTE FUNCTION count_access_change();
CREATE TRIGGER count_access_change AFTER INSERT OR UPDATE OR DELETE ON user_client_tags FOR EACH STATEMENT EXECUTE FUNCTION count_access_change();
