DROP INDEX system_logs_api_key_id;
ALTER TABLE system_logs DROP COLUMN api_key_id;
DROP TABLE api_keys;
