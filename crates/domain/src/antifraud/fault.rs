use crate::value::{FaultCode, text_enum};

text_enum! {
    /// The rules of antifraud.
    AntifraudFault {
        /// An event that counts is looked for with a threshold.
        ThresholdRequired = "thresholdRequired",
        /// An event that looks back is looked for with a period.
        PeriodRequired = "periodRequired",
        /// What counts has a whole number as its threshold.
        ThresholdNotWhole = "thresholdNotWhole",
        /// The `event` is not limited by this.
        LimitNotUsed = "limitNotUsed",
        /// An event is named once.
        EventRepeated = "eventRepeated",
        /// An exception is an IP address or an e-mail address, with `*` for any part of it.
        NotException = "notException",
        /// The address `email` is none of a user.
        NotUserEmail = "notUserEmail",
        /// A closed notification has a comment.
        ClosingCommentRequired = "closingCommentRequired",
        /// The steps of a closed notification stay as they are.
        NotificationClosed = "notificationClosed",
        /// The same situation has an open notification already.
        SituationOpen = "situationOpen",
    }
}

impl FaultCode for AntifraudFault {
    const ALL: &'static [Self] = Self::ALL;

    fn text(self) -> &'static str {
        self.as_str()
    }
}
