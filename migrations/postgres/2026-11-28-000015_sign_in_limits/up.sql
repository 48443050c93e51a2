-- Checks that failed are counted apart from those that are under way.
ALTER TABLE sign_in_counters RENAME COLUMN attempts TO failed;
ALTER TABLE sign_in_counters ADD COLUMN pending BIGINT NOT NULL DEFAULT 0;
