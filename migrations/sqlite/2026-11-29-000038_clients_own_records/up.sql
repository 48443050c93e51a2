-- What clients keep of their accounts, of the addresses that they withdraw to, and of withdrawals.
ALTER TABLE accounts ADD COLUMN is_favourite BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE whitelisted_addresses ADD COLUMN destination_tag TEXT;
CREATE INDEX withdrawal_templates_client_name ON withdrawal_templates (client_id, name_key);

-- Where clients trade.
ALTER TABLE platforms ADD COLUMN terminal_url TEXT;
