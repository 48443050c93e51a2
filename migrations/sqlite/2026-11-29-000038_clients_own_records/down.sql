ALTER TABLE platforms DROP COLUMN terminal_url;
DROP INDEX withdrawal_templates_client_name;
ALTER TABLE whitelisted_addresses DROP COLUMN destination_tag;
ALTER TABLE accounts DROP COLUMN is_favourite;
