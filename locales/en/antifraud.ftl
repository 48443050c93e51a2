### What looks like fraud, and what is done about it.

thresholdRequired = is needed to look for the event
periodRequired = is needed to look for the event
thresholdNotWhole = must be a whole number for an event that counts
limitNotUsed = must be null: { $event } has no such limit
eventRepeated = is named twice
notException = must be an IP address or an e-mail address of at most { $max } characters, with * for any part
notUserEmail = must be the address of a user, which { $email } is not
closingCommentRequired = must say what came of it, since the notification is closed
notificationClosed = cannot change while the notification is closed
situationOpen = cannot be open: another notification of the same situation is
