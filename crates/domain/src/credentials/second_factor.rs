use super::CredentialsFault;
use crate::platform::TwoFactorProvider;
use crate::value::{FaultCode as _, Field, Refusal, text_enum};

text_enum! {
    /// A second factor of clients.
    SecondFactorMethod {
        /// A code of an authenticator app.
        Google = "google",
        /// A code that is sent to the client's phone.
        Sms = "sms",
    }
}

/// What a switch of a second factor comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// It is off already.
    Nothing,
    /// It is switched off: its secret is forgotten, and the client is told.
    Off,
}

impl From<SecondFactorMethod> for TwoFactorProvider {
    fn from(method: SecondFactorMethod) -> Self {
        match method {
            SecondFactorMethod::Google => Self::Google,
            SecondFactorMethod::Sms => Self::Sms,
        }
    }
}

impl SecondFactorMethod {
    /// What it is called.
    #[must_use]
    pub const fn caption(self) -> &'static str {
        match self {
            Self::Google => "Google Authenticator",
            Self::Sms => "SMS Confirmation",
        }
    }

    /// What a user of the back office may do with it.
    ///
    /// # Errors
    /// [`Refusal::Unprocessable`]: only the client proves that they have what it takes to switch it on.
    pub fn switched_by_user(self, is_on: bool, shall_be_on: bool) -> Result<Switch, Refusal> {
        match (is_on, shall_be_on) {
            (_, true) => Err(CredentialsFault::SwitchedOnByClient.at(Field::IsEnabled).unprocessable()),
            (true, false) => Ok(Switch::Off),
            (false, false) => Ok(Switch::Nothing),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_switches_off_alone() {
        let method = SecondFactorMethod::Google;
        assert_eq!(method.switched_by_user(true, false), Ok(Switch::Off));
        assert_eq!(method.switched_by_user(false, false), Ok(Switch::Nothing));
        for is_on in [false, true] {
            assert!(matches!(method.switched_by_user(is_on, true), Err(Refusal::Unprocessable(_))));
        }
    }
}
