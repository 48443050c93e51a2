-- Services that deliver mass mail. The key is sealed.
CREATE TABLE delivery_services (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    caption TEXT NOT NULL,
    caption_key TEXT NOT NULL,
    platform TEXT NOT NULL,
    is_enabled BOOLEAN NOT NULL,
    api_key TEXT NOT NULL,
    api_url TEXT,
    from_email TEXT,
    from_name TEXT,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);
CREATE INDEX delivery_services_create_time ON delivery_services (create_time, id);
CREATE INDEX delivery_services_caption ON delivery_services (caption_key, id);

CREATE TABLE email_templates (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    subject TEXT NOT NULL,
    subject_key TEXT NOT NULL,
    body TEXT NOT NULL,
    locale TEXT,
    create_time TIMESTAMP NOT NULL,
    update_time TIMESTAMP NOT NULL
);
CREATE INDEX email_templates_create_time ON email_templates (create_time, id);
CREATE INDEX email_templates_name ON email_templates (name_key, id);

-- Mass mails, with the text that they are sent with and how many recipients are settled.
CREATE TABLE sent_emails (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    service_id INTEGER REFERENCES delivery_services (id) ON DELETE SET NULL,
    template_id INTEGER REFERENCES email_templates (id) ON DELETE SET NULL,
    subject TEXT NOT NULL,
    subject_key TEXT NOT NULL,
    body TEXT NOT NULL,
    status TEXT NOT NULL,
    recipients INTEGER NOT NULL,
    sent INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    reason TEXT,
    user_id INTEGER NOT NULL REFERENCES users (id),
    create_time TIMESTAMP NOT NULL,
    send_time TIMESTAMP
);
CREATE INDEX sent_emails_create_time ON sent_emails (create_time, id);
CREATE INDEX sent_emails_status ON sent_emails (status, create_time, id);
CREATE INDEX sent_emails_service_id ON sent_emails (service_id, create_time, id);
CREATE INDEX sent_emails_template_id ON sent_emails (template_id, create_time, id);

-- Whom a mass mail is for: a client, whose address is looked up when it is sent, or an address that is no client's.
-- Clients are never deleted from their table, so nothing checks each of very many rows.
CREATE TABLE sent_email_recipients (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    email_id INTEGER NOT NULL REFERENCES sent_emails (id) ON DELETE CASCADE,
    client_id INTEGER,
    address TEXT,
    state TEXT NOT NULL
);
CREATE INDEX sent_email_recipients_state ON sent_email_recipients (email_id, state, id);
CREATE INDEX sent_email_recipients_address ON sent_email_recipients (address) WHERE address IS NOT NULL;
