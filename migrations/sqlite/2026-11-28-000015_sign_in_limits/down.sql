ALTER TABLE sign_in_counters DROP COLUMN pending;
ALTER TABLE sign_in_counters RENAME COLUMN failed TO attempts;
