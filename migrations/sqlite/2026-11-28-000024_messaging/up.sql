-- What mails are sent for, and their texts in each language.
CREATE TABLE notification_types (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    caption TEXT NOT NULL,
    caption_key TEXT NOT NULL,
    is_enabled BOOLEAN NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);
CREATE INDEX notification_types_name ON notification_types (name, id);
CREATE INDEX notification_types_create_time ON notification_types (create_time, id);

CREATE TABLE notification_templates (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    type_id INTEGER NOT NULL REFERENCES notification_types (id),
    locale TEXT NOT NULL,
    subject TEXT NOT NULL,
    subject_key TEXT NOT NULL,
    template TEXT NOT NULL,
    is_enabled BOOLEAN NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL,
    UNIQUE (type_id, locale)
);
CREATE INDEX notification_templates_subject ON notification_templates (subject, id);
CREATE INDEX notification_templates_create_time ON notification_templates (create_time, id);

-- SMTP servers, in the order in which they are tried.
CREATE TABLE smtp_providers (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    caption TEXT NOT NULL,
    host TEXT NOT NULL,
    port INTEGER NOT NULL,
    username TEXT,
    password TEXT,
    encryption TEXT,
    send_from TEXT NOT NULL,
    send_from_name TEXT,
    is_enabled BOOLEAN NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);

-- A mail in HTML gets its text when it is sent.
ALTER TABLE mail_outbox ADD COLUMN is_html BOOLEAN NOT NULL DEFAULT FALSE;

-- Each attempt to send a mail. No provider: the one of the server's settings.
CREATE TABLE mail_attempts (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    mail_id INTEGER NOT NULL REFERENCES mail_outbox (id),
    provider_id INTEGER,
    error TEXT,
    create_time TIMESTAMP NOT NULL
);
CREATE INDEX mail_attempts_mail_id ON mail_attempts (mail_id, id);

-- Events that are not passed on yet. Those of before are not told any more.
ALTER TABLE events ADD COLUMN is_dispatched BOOLEAN NOT NULL DEFAULT TRUE;
CREATE INDEX events_waiting ON events (id) WHERE NOT is_dispatched;

-- What back-office users are told of.
CREATE TABLE event_notifications (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    event TEXT NOT NULL,
    description TEXT,
    user_id INTEGER NOT NULL REFERENCES users (id),
    channels TEXT NOT NULL,
    templates TEXT NOT NULL,
    is_enabled BOOLEAN NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL,
    UNIQUE (user_id, event)
);
CREATE INDEX event_notifications_event ON event_notifications (event, id);
CREATE INDEX event_notifications_create_time ON event_notifications (create_time, id);

-- What happens where an event meets conditions. The secrets sign webhooks, and are sealed.
CREATE TABLE event_listeners (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    description TEXT,
    event TEXT NOT NULL,
    conditions TEXT NOT NULL,
    workflow TEXT NOT NULL,
    secret BLOB,
    old_secret BLOB,
    old_secret_expires_at TIMESTAMP,
    failing_since TIMESTAMP,
    is_enabled BOOLEAN NOT NULL,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);
CREATE INDEX event_listeners_event ON event_listeners (event, id);
CREATE INDEX event_listeners_is_enabled ON event_listeners (is_enabled, id);
CREATE INDEX event_listeners_create_time ON event_listeners (create_time, id);

-- What webhooks are sent, with each attempt.
CREATE TABLE event_deliveries (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    message_id TEXT NOT NULL,
    listener_id INTEGER NOT NULL REFERENCES event_listeners (id) ON DELETE CASCADE,
    client_id INTEGER,
    event TEXT NOT NULL,
    status TEXT NOT NULL,
    body TEXT NOT NULL,
    attempts TEXT NOT NULL,
    next_attempt_at TIMESTAMP,
    create_time TIMESTAMP NOT NULL
);
CREATE INDEX event_deliveries_create_time ON event_deliveries (create_time, id);
CREATE INDEX event_deliveries_listener_id ON event_deliveries (listener_id, create_time, id);
CREATE INDEX event_deliveries_event ON event_deliveries (event, create_time, id);
CREATE INDEX event_deliveries_status ON event_deliveries (status, create_time, id);

-- Short texts to users, over the channels that are not mail.
CREATE TABLE user_messages (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL,
    recipient TEXT NOT NULL,
    text BLOB,
    sent_at TIMESTAMP,
    create_time TIMESTAMP NOT NULL
);

-- Of a lane with many jobs the first one that waits, and the one that runs, are found at once.
DROP INDEX jobs_lane;
CREATE INDEX jobs_lane ON jobs (kind, lane, id) WHERE lane IS NOT NULL;
CREATE INDEX jobs_running ON jobs (kind, lane) WHERE lease_until IS NOT NULL;
