-- What is left to be spent with a service, as it was read last.
ALTER TABLE sms_providers ADD COLUMN balance TEXT;
ALTER TABLE sms_providers ADD COLUMN balance_read_at TIMESTAMP;

-- Jobs that were given up, the oldest first, to be forgotten.
CREATE INDEX jobs_died_at ON jobs (kind, died_at, id) WHERE died_at IS NOT NULL;
