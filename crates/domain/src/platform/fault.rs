use crate::value::{FaultCode, text_enum};

text_enum! {
    /// The rules of what the installation runs on.
    PlatformFault {
        /// A text that is neither a host name nor an IP address nor a CIDR block.
        NotWebhookHost = "notWebhookHost",
    }
}

impl FaultCode for PlatformFault {
    const ALL: &'static [Self] = Self::ALL;

    fn text(self) -> &'static str {
        self.as_str()
    }
}
