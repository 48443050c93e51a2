-- The steps by which users resolve notifications, and the users in charge of each.
CREATE TABLE antifraud_procedures (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    caption TEXT NOT NULL,
    caption_key TEXT NOT NULL,
    priority INTEGER NOT NULL,
    create_time TIMESTAMP NOT NULL
);
CREATE INDEX antifraud_procedures_create_time ON antifraud_procedures (create_time, id);
CREATE INDEX antifraud_procedures_kind ON antifraud_procedures (kind, priority, id);
CREATE INDEX antifraud_procedures_priority ON antifraud_procedures (priority, create_time, id);
CREATE TABLE antifraud_procedure_users (
    procedure_id INTEGER NOT NULL REFERENCES antifraud_procedures (id) ON DELETE CASCADE,
    user_id INTEGER NOT NULL REFERENCES users (id),
    PRIMARY KEY (procedure_id, user_id)
);
CREATE INDEX antifraud_procedure_users_user_id ON antifraud_procedure_users (user_id);

-- How each event is looked for, up to where it was looked, and who is told.
CREATE TABLE antifraud_rules (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    event TEXT NOT NULL UNIQUE,
    is_enabled BOOLEAN NOT NULL,
    threshold TEXT,
    period_days INTEGER,
    exceptions TEXT NOT NULL,
    seen_id INTEGER NOT NULL,
    seen_change_id INTEGER NOT NULL,
    seen_time TIMESTAMP,
    next_pass_at TIMESTAMP
);
CREATE TABLE antifraud_rule_users (
    rule_id INTEGER NOT NULL REFERENCES antifraud_rules (id),
    user_id INTEGER NOT NULL REFERENCES users (id),
    PRIMARY KEY (rule_id, user_id)
);
CREATE INDEX antifraud_rule_users_user_id ON antifraud_rule_users (user_id);

-- What was found, the clients concerned, and the steps as they stood then. A situation has one open notification.
CREATE TABLE antifraud_notifications (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    event TEXT NOT NULL,
    subject TEXT NOT NULL,
    facts TEXT NOT NULL,
    status TEXT NOT NULL,
    comment TEXT,
    create_time TIMESTAMP NOT NULL,
    close_time TIMESTAMP
);
CREATE INDEX antifraud_notifications_create_time ON antifraud_notifications (create_time, id);
CREATE INDEX antifraud_notifications_event ON antifraud_notifications (event, create_time, id);
CREATE INDEX antifraud_notifications_status ON antifraud_notifications (status, create_time, id);
CREATE INDEX antifraud_notifications_subject ON antifraud_notifications (event, subject, close_time);
CREATE UNIQUE INDEX antifraud_notifications_open ON antifraud_notifications (event, subject) WHERE status = 'open';
CREATE TABLE antifraud_notification_clients (
    notification_id INTEGER NOT NULL REFERENCES antifraud_notifications (id),
    client_id INTEGER NOT NULL REFERENCES clients (id),
    PRIMARY KEY (notification_id, client_id)
);
CREATE INDEX antifraud_notification_clients_client_id ON antifraud_notification_clients (client_id, notification_id);
CREATE TABLE antifraud_steps (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    notification_id INTEGER NOT NULL REFERENCES antifraud_notifications (id),
    description TEXT NOT NULL,
    user_id INTEGER,
    done_time TIMESTAMP
);
CREATE INDEX antifraud_steps_notification_id ON antifraud_steps (notification_id, id);

-- Whether an address was ever another client's, whatever its case.
ALTER TABLE profile_changes ADD COLUMN previous_key TEXT NOT NULL DEFAULT '';
UPDATE profile_changes SET previous_key = lower(previous_value);
CREATE INDEX profile_changes_previous_key ON profile_changes (previous_key, client_id);

-- Whether a client has ever traded.
CREATE INDEX positions_account_id ON positions (account_id);
