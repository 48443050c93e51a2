DROP TABLE mail_outbox;
DROP TABLE idempotency_keys;
