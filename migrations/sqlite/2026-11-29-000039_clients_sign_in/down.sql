DROP TABLE qr_sign_ins;
ALTER TABLE client_password_changes DROP COLUMN ip;
ALTER TABLE client_credentials DROP COLUMN anti_phishing_code;
ALTER TABLE client_second_factors DROP COLUMN phone;
ALTER TABLE client_second_factors DROP COLUMN totp_step;
