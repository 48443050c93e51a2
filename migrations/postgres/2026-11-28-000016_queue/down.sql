ALTER TABLE mail_outbox ADD COLUMN attempts BIGINT NOT NULL DEFAULT 0;
ALTER TABLE mail_outbox ADD COLUMN next_attempt_at TIMESTAMP;
ALTER TABLE mail_outbox ADD COLUMN failed_at TIMESTAMP;
ALTER TABLE mail_outbox ADD COLUMN last_error TEXT COLLATE "C";
UPDATE mail_outbox SET attempts = jobs.attempts, next_attempt_at = COALESCE(jobs.lease_until, jobs.due_at),
    failed_at = jobs.died_at, last_error = jobs.last_error
    FROM jobs WHERE jobs.kind = 'mail' AND jobs.payload = CAST(mail_outbox.id AS TEXT);
CREATE INDEX mail_outbox_next_attempt_at ON mail_outbox (next_attempt_at);

ALTER TABLE platform_orders ADD COLUMN attempts BIGINT NOT NULL DEFAULT 0;
ALTER TABLE platform_orders ADD COLUMN next_attempt_at TIMESTAMP;
UPDATE platform_orders SET outcome = NULL WHERE outcome = 'unanswered';
UPDATE platform_orders SET attempts = jobs.attempts, next_attempt_at = COALESCE(jobs.lease_until, jobs.due_at)
    FROM jobs WHERE jobs.kind = 'platform_order' AND jobs.payload = CAST(platform_orders.id AS TEXT);
CREATE INDEX platform_orders_next_attempt_at ON platform_orders (next_attempt_at) WHERE next_attempt_at IS NOT NULL;

ALTER TABLE hedges ADD COLUMN attempts BIGINT NOT NULL DEFAULT 0;
ALTER TABLE hedges ADD COLUMN next_attempt_at TIMESTAMP;
UPDATE hedges SET attempts = jobs.attempts, next_attempt_at = COALESCE(jobs.lease_until, jobs.due_at)
    FROM jobs WHERE jobs.kind = 'hedge' AND jobs.payload = CAST(hedges.id AS TEXT);
CREATE INDEX hedges_next_attempt_at ON hedges (next_attempt_at) WHERE next_attempt_at IS NOT NULL;

DROP TABLE jobs;
