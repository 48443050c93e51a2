use crate::value::{FaultCode, text_enum};

text_enum! {
    /// The rules of what clients sign in with.
    CredentialsFault {
        /// A new password differs from the one before.
        SamePassword = "samePassword",
        /// Only clients switch their second factors on.
        SwitchedOnByClient = "switchedOnByClient",
        /// A text that is not the token of a device.
        NotPushToken = "notPushToken",
    }
}

impl FaultCode for CredentialsFault {
    const ALL: &'static [Self] = Self::ALL;

    fn text(self) -> &'static str {
        self.as_str()
    }
}
