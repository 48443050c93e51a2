-- When codes of clients were wrong, each of which counts for an interval of its own.
ALTER TABLE sign_in_counters ADD COLUMN failures TEXT NOT NULL DEFAULT '[]';

-- Templates are sorted by their names whatever their case, like everything else.
DROP INDEX withdrawal_templates_name;
CREATE INDEX withdrawal_templates_name_key ON withdrawal_templates (name_key, id);
