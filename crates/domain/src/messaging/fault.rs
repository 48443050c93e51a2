use crate::value::{FaultCode, text_enum};

text_enum! {
    /// The rules of what clients and users are told.
    MessagingFault {
        /// A text that is no key of a pair.
        NotPairKey = "notPairKey",
    }
}

impl FaultCode for MessagingFault {
    const ALL: &'static [Self] = Self::ALL;

    fn text(self) -> &'static str {
        self.as_str()
    }
}
