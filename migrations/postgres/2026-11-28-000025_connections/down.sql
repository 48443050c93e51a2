DROP TABLE confirmation_templates;
DROP TABLE sms_providers;
DROP INDEX methods_connection_id;
DROP TABLE external_connections;
