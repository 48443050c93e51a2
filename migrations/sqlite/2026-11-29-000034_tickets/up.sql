-- Where clients' tickets go.
CREATE TABLE ticket_departments (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    resources TEXT NOT NULL
);
CREATE INDEX ticket_departments_name ON ticket_departments (name_key, id);

-- What clients ask. Notes and assignments move the time that users see, and not the one that the client sees.
CREATE TABLE tickets (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES clients (id),
    subject TEXT NOT NULL,
    subject_key TEXT NOT NULL,
    status TEXT NOT NULL,
    priority INTEGER NOT NULL,
    department_id INTEGER NOT NULL REFERENCES ticket_departments (id),
    assignee_id INTEGER REFERENCES users (id),
    last_author TEXT NOT NULL,
    awaited TEXT,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL,
    client_update_time TIMESTAMP NOT NULL
);
CREATE INDEX tickets_update_time ON tickets (update_time, id);
CREATE INDEX tickets_create_time ON tickets (create_time, id);
CREATE INDEX tickets_priority ON tickets (priority, id);
CREATE INDEX tickets_client_id ON tickets (client_id, update_time, id);
CREATE INDEX tickets_of_client ON tickets (client_id, create_time, id);
CREATE INDEX tickets_status ON tickets (status, update_time, id);
CREATE INDEX tickets_department_id ON tickets (department_id, update_time, id);
CREATE INDEX tickets_of_priority ON tickets (priority, update_time, id);
CREATE INDEX tickets_assignee_id ON tickets (assignee_id, update_time, id);
CREATE INDEX tickets_awaited ON tickets (awaited, update_time, id);

CREATE TABLE ticket_messages (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    ticket_id INTEGER NOT NULL REFERENCES tickets (id),
    author TEXT NOT NULL,
    user_id INTEGER REFERENCES users (id),
    text TEXT NOT NULL,
    text_key TEXT NOT NULL,
    is_note BOOLEAN NOT NULL,
    create_time TIMESTAMP NOT NULL
);
CREATE INDEX ticket_messages_ticket_id ON ticket_messages (ticket_id, create_time, id);

CREATE TABLE ticket_attachments (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    message_id INTEGER NOT NULL REFERENCES ticket_messages (id),
    file_id INTEGER NOT NULL UNIQUE REFERENCES stored_files (id),
    name TEXT NOT NULL
);
CREATE INDEX ticket_attachments_message_id ON ticket_attachments (message_id);
