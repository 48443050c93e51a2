-- Templates are sorted by their names whatever their case, like everything else.
DROP INDEX withdrawal_templates_name;
CREATE INDEX withdrawal_templates_name_key ON withdrawal_templates (name_key, id);
