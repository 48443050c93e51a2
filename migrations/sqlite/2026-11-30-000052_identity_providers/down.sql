ALTER TABLE sign_in_attempts DROP COLUMN provider_id;
DROP TABLE provider_sign_ins;
DROP TABLE user_identities;
DROP TABLE identity_provider_groups;
DROP TABLE identity_providers;
