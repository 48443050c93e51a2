ALTER TABLE entries DROP CONSTRAINT entries_bonus_id_step_round_key;
ALTER TABLE entries DROP COLUMN round;
ALTER TABLE entries ADD UNIQUE (bonus_id, step);
DROP TABLE platform_orders;
DROP TABLE platform_keys;
ALTER TABLE accounts DROP COLUMN figures_time;
ALTER TABLE platforms DROP COLUMN gateway_url;
ALTER TABLE client_settings ADD COLUMN is_whitelist_on BOOLEAN NOT NULL DEFAULT FALSE;
