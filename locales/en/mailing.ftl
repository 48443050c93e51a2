### Mass mail.

oneWayOfRecipients = Send exactly one of clientIds, emails and filter.
textRequired = is required without a templateId
noRecipients = Nobody is left whom the mail could go to.
mailUnderWay = The mail is still being sent. Disable its delivery service to stop it.
