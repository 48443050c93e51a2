use crate::value::{FaultCode, text_enum};

text_enum! {
    /// The rules of what clients sign in with.
    CredentialsFault {
        /// A new password differs from the one before.
        SamePassword = "samePassword",
        /// What a program tells of itself: base64 of a JSON object that names the `user_agent`.
        NotFingerprint = "notFingerprint",
        /// Both passwords are the same.
        PasswordsDiffer = "passwordsDiffer",
        /// The token of a confirmation is awaited for this operation.
        NotConfirmed = "notConfirmed",
        /// The operation is not offered.
        RecoveryNotOffered = "recoveryNotOffered",
        /// Signing in with a code that an app scans is not offered.
        QrSignInNotOffered = "qrSignInNotOffered",
        /// The second factor is not offered.
        SecondFactorUnavailable = "secondFactorUnavailable",
        /// The second factor is on already.
        SecondFactorOn = "secondFactorOn",
        /// The second factor is off already.
        SecondFactorOff = "secondFactorOff",
        /// Only clients switch their second factors on.
        SwitchedOnByClient = "switchedOnByClient",
        /// An anti-phishing code has `min` to `max` letters and digits.
        NotAntiPhishingCode = "notAntiPhishingCode",
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
