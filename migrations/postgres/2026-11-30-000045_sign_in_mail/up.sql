-- Nothing has sent this mail so far: now each sign-in from a known device does, if a broker enables it.
UPDATE notification_types SET is_enabled = FALSE WHERE name = 'On login';
