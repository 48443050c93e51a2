-- The step of time of the last code of an app, which is used once, and the number to which codes go.
ALTER TABLE client_second_factors ADD COLUMN totp_step BIGINT NOT NULL DEFAULT 0;
ALTER TABLE client_second_factors ADD COLUMN phone TEXT COLLATE "C";

-- The code that all mails to the client show, sealed.
ALTER TABLE client_credentials ADD COLUMN anti_phishing_code BYTEA;

ALTER TABLE client_password_changes ADD COLUMN ip TEXT COLLATE "C";

-- Codes that a page shows to be scanned by an app that is signed in.
CREATE TABLE qr_sign_ins (
    channel TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    client_id BIGINT REFERENCES clients (id),
    token_hash BYTEA,
    token BYTEA,
    create_time TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX qr_sign_ins_token_hash ON qr_sign_ins (token_hash) WHERE token_hash IS NOT NULL;
CREATE INDEX qr_sign_ins_expires_at ON qr_sign_ins (expires_at);
CREATE INDEX qr_sign_ins_client_id ON qr_sign_ins (client_id) WHERE client_id IS NOT NULL;
