use crate::value::{FaultCode, text_enum};

text_enum! {
    /// The rules of mass mail.
    MailingFault {
        /// Recipients are told in one way.
        OneWayOfRecipients = "oneWayOfRecipients",
        /// Without a template a mail brings its own subject and text.
        TextRequired = "textRequired",
        /// Nobody is left whom the mail could go to.
        NoRecipients = "noRecipients",
        /// A mail stays until it is no longer being sent.
        MailUnderWay = "mailUnderWay",
    }
}

impl FaultCode for MailingFault {
    const ALL: &'static [Self] = Self::ALL;

    fn text(self) -> &'static str {
        self.as_str()
    }
}
