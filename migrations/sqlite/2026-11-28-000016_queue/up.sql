-- What servers do by themselves: a job waits while due_at is set and is a dead letter once died_at is. The payload names a
-- record, as JSON; a kind never has two jobs with the same payload. Jobs of a kind that share a lane are done one at a
-- time. A job that is done is deleted.
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    lane TEXT,
    attempts INTEGER NOT NULL,
    due_at TIMESTAMP,
    lease_until TIMESTAMP,
    died_at TIMESTAMP,
    last_error TEXT,
    request_id TEXT,
    create_time TIMESTAMP NOT NULL,
    UNIQUE (kind, payload),
    CHECK ((due_at IS NULL) <> (died_at IS NULL)),
    CHECK (lease_until IS NULL OR due_at IS NOT NULL)
);
CREATE INDEX jobs_due_at ON jobs (kind, due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX jobs_lane ON jobs (kind, lane) WHERE lane IS NOT NULL;

INSERT INTO jobs (kind, payload, attempts, due_at, died_at, last_error, create_time)
    SELECT 'mail', CAST(id AS TEXT), attempts, next_attempt_at,
        CASE WHEN next_attempt_at IS NULL THEN failed_at END, last_error, create_time
    FROM mail_outbox WHERE next_attempt_at IS NOT NULL OR failed_at IS NOT NULL ORDER BY id;
DROP INDEX mail_outbox_next_attempt_at;
ALTER TABLE mail_outbox DROP COLUMN attempts;
ALTER TABLE mail_outbox DROP COLUMN next_attempt_at;
ALTER TABLE mail_outbox DROP COLUMN failed_at;
ALTER TABLE mail_outbox DROP COLUMN last_error;

-- The time at which an order or a hedge was given up was not stored.
INSERT INTO jobs (kind, payload, lane, attempts, due_at, died_at, last_error, create_time)
    SELECT 'platform_order', CAST(id AS TEXT), CAST(account_id AS TEXT), attempts, next_attempt_at,
        CASE WHEN next_attempt_at IS NULL THEN create_time END, reason, create_time
    FROM platform_orders WHERE outcome IS NULL ORDER BY id;
UPDATE platform_orders SET outcome = 'unanswered' WHERE outcome IS NULL AND next_attempt_at IS NULL;
DROP INDEX platform_orders_next_attempt_at;
ALTER TABLE platform_orders DROP COLUMN attempts;
ALTER TABLE platform_orders DROP COLUMN next_attempt_at;

INSERT INTO jobs (kind, payload, attempts, due_at, died_at, last_error, create_time)
    SELECT 'hedge', CAST(id AS TEXT), attempts, next_attempt_at,
        CASE WHEN next_attempt_at IS NULL THEN create_time END, reason, create_time
    FROM hedges WHERE next_attempt_at IS NOT NULL OR outcome = 'failed' ORDER BY id;
DROP INDEX hedges_next_attempt_at;
ALTER TABLE hedges DROP COLUMN attempts;
ALTER TABLE hedges DROP COLUMN next_attempt_at;
