use crate::value::{FaultCode, text_enum};

text_enum! {
    /// The rules of clients and what belongs to them.
    ClientsFault {
        /// A text that does not name a language.
        NotLocale = "notLocale",
        /// A text that is not a phone number with its country's code.
        NotPhoneNumber = "notPhoneNumber",
        /// A text that is not a color of CSS.
        NotColor = "notColor",
    }
}

impl FaultCode for ClientsFault {
    const ALL: &'static [Self] = Self::ALL;

    fn text(self) -> &'static str {
        self.as_str()
    }
}
