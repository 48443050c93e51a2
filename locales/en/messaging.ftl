### Mail, its texts, and who hears of events.

deliveredType = cannot change: the system sends mails by this name
    .alone = The system sends mails by this name. Switch the type off instead.
unknownPlaceholder = has placeholders that nothing stands for: { $placeholders }
lastProvider = must be true: no other connection is enabled
    .alone = No other connection is enabled.
passwordRequired = must be sent again, since the server changes
othersNotification = You need the permission eventNotifications.readAll to set up what other users are told of.
notificationExists = The user is told of this event already.
handlerMismatch = must be the handler of the event's name
optionMissing = is required by this handler or workflow
noWebhook = The listener sends no webhooks.
notSigningSecret = must be whsec_ and the base64 of 24 to 64 bytes
notPairKey = must have 1 to { $max } lowercase letters, digits and underscores
secretRotated = is changed by its own operation, which lets the old one sign for a day
redeliveryNotAllowed = You need the permission { $permission } to send a delivery again.
