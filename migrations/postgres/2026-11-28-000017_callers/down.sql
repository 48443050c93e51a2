DELETE FROM idempotency_keys WHERE caller NOT LIKE 'user %';
ALTER TABLE idempotency_keys ALTER COLUMN caller TYPE BIGINT USING substr(caller, 6)::BIGINT;
