-- Others than users call too: a caller is named by kind and id.
ALTER TABLE idempotency_keys ALTER COLUMN caller TYPE TEXT COLLATE "C" USING 'user ' || caller;
