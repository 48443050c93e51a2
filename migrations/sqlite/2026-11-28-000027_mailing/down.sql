DROP TABLE sent_email_recipients;
DROP TABLE sent_emails;
DROP TABLE email_templates;
DROP TABLE delivery_services;
