DROP INDEX withdrawal_templates_name_key;
CREATE INDEX withdrawal_templates_name ON withdrawal_templates (name, id);

ALTER TABLE sign_in_counters DROP COLUMN failures;
