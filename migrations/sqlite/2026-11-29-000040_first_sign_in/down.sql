ALTER TABLE client_credentials DROP COLUMN first_sign_in;
