use crate::value::{FaultCode, text_enum};

text_enum! {
    /// The rules of who may do what.
    IdentityFault {
        /// An IP policy keeps the address out.
        AddressNotAllowed = "addressNotAllowed",
        /// The user may not sign in or call from the address.
        UserAddressNotAllowed = "userAddressNotAllowed",
        /// A password without 8 to 72 characters, a small letter, a capital letter and a digit.
        WeakPassword = "weakPassword",
        /// A text that is not an IP address.
        NotIpAddress = "notIpAddress",
        /// A text that is neither an IP address nor a CIDR block.
        NotIpNetwork = "notIpNetwork",
        /// A text that is neither a path nor a word.
        NotRoute = "notRoute",
    }
}

impl FaultCode for IdentityFault {
    const ALL: &'static [Self] = Self::ALL;

    fn text(self) -> &'static str {
        self.as_str()
    }
}
