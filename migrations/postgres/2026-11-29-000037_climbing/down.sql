DROP TABLE verification_runs;
DROP INDEX client_tests_priority;
DROP INDEX clients_nickname;
ALTER TABLE clients DROP COLUMN nickname_key;
