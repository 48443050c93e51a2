DROP INDEX jobs_died_at;
ALTER TABLE sms_providers DROP COLUMN balance_read_at;
ALTER TABLE sms_providers DROP COLUMN balance;
