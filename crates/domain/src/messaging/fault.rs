use crate::value::{FaultCode, text_enum};

text_enum! {
    /// The rules of mail, events and those who hear of them.
    MessagingFault {
        /// The system sends mails by this name.
        DeliveredType = "deliveredType",
        /// Nothing stands for these `placeholders`.
        UnknownPlaceholder = "unknownPlaceholder",
        /// Mail needs an enabled connection.
        LastProvider = "lastProvider",
        /// The password is sent again where mail would go to another server.
        PasswordRequired = "passwordRequired",
        /// Only users who see all notifications set up those of others.
        OthersNotification = "othersNotification",
        /// The user hears of this event already.
        NotificationExists = "notificationExists",
        /// The handler is for other events.
        HandlerMismatch = "handlerMismatch",
        /// The option is missing.
        OptionMissing = "optionMissing",
        /// The listener sends no webhooks.
        NoWebhook = "noWebhook",
        /// The text is not a key of a pair.
        NotPairKey = "notPairKey",
        /// Whoever sends a delivery again sees it: the `permission` is missing.
        RedeliveryNotAllowed = "redeliveryNotAllowed",
        /// The secret of a listener is changed by an operation of its own.
        SecretRotated = "secretRotated",
        /// The secret is not one for signatures.
        NotSigningSecret = "notSigningSecret",
    }
}

impl FaultCode for MessagingFault {
    const ALL: &'static [Self] = Self::ALL;

    fn text(self) -> &'static str {
        self.as_str()
    }
}
