-- In one round trip with BEGIN: the transaction ends at once where the caller's rights have changed since they were read.
CREATE FUNCTION require_access_version(expected BIGINT) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT version FROM access_version WHERE id = 1) <> expected THEN
        RAISE EXCEPTION 'the access version has changed';
    END IF;
END
$$;
