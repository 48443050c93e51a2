-- Accounts are opened at the first sign-in.
ALTER TABLE client_credentials ADD COLUMN first_sign_in TIMESTAMP;
UPDATE client_credentials SET first_sign_in = (
    SELECT min(create_time) FROM client_sign_ins
    WHERE client_sign_ins.client_id = client_credentials.client_id AND status = 'success'
);
