DROP TABLE withdrawal_wallets;
DROP TABLE withdrawal_templates;
DROP INDEX client_settings_is_whitelist_on;
ALTER TABLE client_settings DROP COLUMN is_whitelist_on;
DROP TABLE whitelisted_addresses;
DROP TABLE client_blocks;
ALTER TABLE sign_in_counters RENAME TO later_sign_in_counters;
DROP INDEX sign_in_counters_window_start;
CREATE TABLE sign_in_counters (
    email_key TEXT COLLATE "C" NOT NULL,
    ip TEXT COLLATE "C" NOT NULL,
    failed BIGINT NOT NULL,
    window_start TIMESTAMP NOT NULL,
    blocked_until TIMESTAMP,
    pending BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (email_key, ip)
);
INSERT INTO sign_in_counters (email_key, ip, failed, pending, window_start, blocked_until)
    SELECT name_key, ip, failed, pending, window_start, blocked_until FROM later_sign_in_counters WHERE kind = 'user';
DROP TABLE later_sign_in_counters;
ALTER INDEX sign_in_counters_pkey1 RENAME TO sign_in_counters_pkey;
CREATE INDEX sign_in_counters_window_start ON sign_in_counters (window_start);
DROP TABLE client_sign_ins;
DROP TABLE client_session_tokens;
DROP TABLE client_sessions;
DROP TABLE client_devices;
DROP TABLE client_second_factor_changes;
DROP TABLE client_second_factors;
DROP TABLE password_resets;
DROP TABLE client_password_changes;
ALTER TABLE clients ADD COLUMN password_hash TEXT COLLATE "C";
UPDATE clients SET password_hash = (SELECT password_hash FROM client_credentials WHERE client_id = clients.id);
DROP TABLE client_credentials;
