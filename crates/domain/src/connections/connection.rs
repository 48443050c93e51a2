use super::{ConnectionId, ConnectionProvider, ConnectionsFault, Settings};
use crate::value::{Entity, Fault, FaultCode as _, Field, Refusal};

/// The name of a connection: 1 to 64 Latin letters, digits, `-` and `_`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionName(String);

/// A text that cannot be the name of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not 1 to 64 Latin letters, digits, dashes and underscores")]
pub struct ConnectionNameError;

impl ConnectionName {
    const MAX_CHARS: usize = 64;

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for ConnectionName {
    type Err = ConnectionNameError;

    fn from_str(text: &str) -> Result<Self, ConnectionNameError> {
        let text = text.trim();
        let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        let is_name = is_plain && (1..=Self::MAX_CHARS).contains(&text.len());
        is_name.then(|| Self(text.to_owned())).ok_or(ConnectionNameError)
    }
}

impl From<ConnectionNameError> for Fault {
    fn from(_: ConnectionNameError) -> Self {
        ConnectionsFault::NotConnectionName.fault()
    }
}

/// A connection to a service outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalConnection {
    /// Its name, which no other connection has.
    pub name: ConnectionName,
    /// The name that users are shown.
    pub caption: String,
    /// The service. Fixed.
    pub provider: ConnectionProvider,
    /// Whether it is used.
    pub enabled: bool,
    /// How the service is reached.
    pub settings: Settings,
}

impl Entity for ExternalConnection {
    type Id = ConnectionId;
    const RESOURCE: &'static str = "external_connection";
}

impl ExternalConnection {
    /// An enabled connection can be used: its provider has an adapter, and nothing that it needs is missing.
    fn faults(&self) -> Vec<Fault> {
        if !self.enabled {
            return Vec::new();
        }
        let no_adapter = (!self.provider.has_adapter())
            .then(|| ConnectionsFault::NoAdapter.at(Field::Enabled).with("provider", self.provider.as_str()));
        let missing = self.settings.missing(self.provider.settings());
        let missing = missing.map(|setting| ConnectionsFault::SettingRequired.at(Field::Settings.entry(setting.name)));
        no_adapter.into_iter().chain(missing).collect()
    }

    /// Whether it may be made.
    ///
    /// # Errors
    /// [`Refusal::Unprocessable`] where it is enabled and cannot be used.
    pub fn check_new(&self) -> Result<(), Refusal> {
        Refusal::unless_empty(self.faults())
    }

    /// Whether it may become another one.
    ///
    /// # Errors
    /// [`Refusal::Unprocessable`] where it is enabled and cannot be used, or its secrets would be sent to another
    /// address.
    pub fn check_change(&self, after: &Self) -> Result<(), Refusal> {
        let mut faults = after.faults();
        faults.extend(self.settings.change_faults(&after.settings, self.provider.settings()));
        Refusal::unless_empty(faults)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{SentSettings, SentValue};
    use super::*;

    fn connection(provider: ConnectionProvider, set: &[&'static str]) -> ExternalConnection {
        let sent: SentSettings = set.iter().map(|name| (*name, SentValue::Set("x".into()))).collect();
        ExternalConnection {
            name: "one".parse().unwrap(),
            caption: "One".into(),
            provider,
            enabled: true,
            settings: Settings::default().after(&sent),
        }
    }

    fn told(checked: Result<(), Refusal>) -> String {
        checked.map_or_else(|refusal| refusal.to_string(), |()| String::new())
    }

    #[test]
    fn names_are_plain_and_short() {
        for name in ["a", "Twilio_voice-2", &"x".repeat(64), " a "] {
            assert!(name.parse::<ConnectionName>().is_ok(), "{name}");
        }
        for name in ["", " ", "a b", "ä", "a.b", &"x".repeat(65)] {
            assert!(name.parse::<ConnectionName>().is_err(), "{name}");
        }
    }

    #[test]
    fn an_enabled_connection_has_every_setting_that_it_needs() {
        let lacking = connection(ConnectionProvider::Twilio, &["accountSid", "apiKeySecret"]);
        let faults = "settingRequired at Settings.apiKeySid; settingRequired at Settings.applicationSid";
        assert_eq!(told(lacking.check_new()), faults);
        let disabled = ExternalConnection { enabled: false, ..lacking.clone() };
        assert_eq!(told(disabled.check_new()), "");
        assert_eq!(told(disabled.check_change(&lacking)), faults);
        let whole = ["accountSid", "apiKeySid", "apiKeySecret", "applicationSid"];
        assert_eq!(told(connection(ConnectionProvider::Twilio, &whole).check_new()), "");
    }

    #[test]
    fn a_provider_without_an_adapter_is_not_enabled() {
        let connection = connection(ConnectionProvider::ShuftiPro, &["clientId"]);
        let faults = "noAdapter at Enabled: provider ShuftiPro; settingRequired at Settings.secretKey";
        assert_eq!(told(connection.check_new()), faults);
    }
}
