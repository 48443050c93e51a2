UPDATE notification_types SET is_enabled = TRUE WHERE name = 'On login';
