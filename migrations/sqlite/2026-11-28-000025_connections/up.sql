-- Connections to services outside. Their settings are JSON, the secrets among them sealed.
CREATE TABLE external_connections (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    caption TEXT NOT NULL,
    provider TEXT NOT NULL,
    enabled BOOLEAN NOT NULL,
    settings TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);
CREATE INDEX external_connections_create_time ON external_connections (create_time, id);
CREATE INDEX external_connections_provider ON external_connections (provider, create_time, id);
CREATE INDEX external_connections_enabled ON external_connections (enabled, create_time, id);

-- A connection that a method names is not deleted; no foreign key can be added to a table of SQLite.
CREATE INDEX methods_connection_id ON methods (connection_id);

-- What sends SMS: messages go to the oldest that is enabled, and to the next when it fails.
CREATE TABLE sms_providers (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    service TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    caption TEXT NOT NULL,
    caption_key TEXT NOT NULL,
    is_enabled BOOLEAN NOT NULL,
    settings TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);
CREATE INDEX sms_providers_create_time ON sms_providers (create_time, id);
CREATE INDEX sms_providers_service ON sms_providers (service, create_time, id);
CREATE INDEX sms_providers_is_enabled ON sms_providers (is_enabled, create_time, id);

-- The texts in which clients are sent codes.
CREATE TABLE confirmation_templates (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    caption TEXT NOT NULL,
    caption_key TEXT NOT NULL,
    template TEXT NOT NULL,
    resources TEXT NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);
CREATE INDEX confirmation_templates_create_time ON confirmation_templates (create_time, id);
