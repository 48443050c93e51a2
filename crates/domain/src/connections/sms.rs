use chrono::TimeDelta;

use super::{Setting, SettingKind, Settings, SmsProviderId};
use crate::ledger::Amount;
use crate::value::{Entity, Refusal, text_enum};

/// How often the balance with a service is read, while a listener waits for it.
pub const BALANCE_READ_EVERY: TimeDelta = TimeDelta::hours(1);

text_enum! {
    /// A service that sends SMS.
    SmsService {
        /// Twilio.
        Twilio = "Twilio",
        /// Vonage.
        Vonage = "Vonage",
        /// Any other service that takes a message over HTTP.
        Custom = "Custom",
    }
}

impl SmsService {
    /// Whether it tells what is left to be spent.
    #[must_use]
    pub const fn tells_balance(self) -> bool {
        match self {
            Self::Twilio => true,
            Self::Vonage | Self::Custom => false,
        }
    }

    /// The settings that it takes.
    #[must_use]
    pub const fn settings(self) -> &'static [Setting] {
        match self {
            Self::Twilio => TWILIO,
            Self::Vonage => VONAGE,
            Self::Custom => CUSTOM,
        }
    }
}

const FROM: Setting = Setting::required("from", "Number or name of the sender", SettingKind::Text);

const TWILIO: &[Setting] = &[
    Setting::required("accountSid", "Account SID", SettingKind::Text),
    Setting::required("authToken", "Auth token", SettingKind::Secret),
    FROM,
    Setting::address("https://api.twilio.com"),
];

const VONAGE: &[Setting] = &[
    Setting::required("apiKey", "API key", SettingKind::Text),
    Setting::required("apiSecret", "API secret", SettingKind::Secret),
    FROM,
    Setting::address("https://rest.nexmo.com"),
];

const CUSTOM: &[Setting] = &[
    Setting::required("url", "Address that takes messages", SettingKind::Url),
    Setting::required("key", "Key that goes with each message", SettingKind::Secret),
    Setting {
        default: Some("POST"),
        options: &["POST", "GET"],
        ..Setting::optional("method", "HTTP method", SettingKind::Select)
    },
];

/// An SMS service as it is set up here. It is made with every setting that its service needs, and keeps them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmsProvider {
    /// The service. Fixed.
    pub service: SmsService,
    /// Its name, which no other provider has.
    pub name: String,
    /// The name that users are shown.
    pub caption: String,
    /// Whether messages go through it.
    pub is_enabled: bool,
    /// How the service is reached.
    pub settings: Settings,
}

/// What is left to be spent with a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceBalance {
    /// In its currency, with the digits that the service tells.
    pub amount: Amount,
    /// The code of its currency.
    pub currency: String,
}

impl Entity for SmsProvider {
    type Id = SmsProviderId;
    const RESOURCE: &'static str = "sms_provider";
}

impl SmsProvider {
    /// What counts for one of its settings: what is set, else the default.
    #[must_use]
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.settings.value(self.service.settings().iter().find(|setting| setting.name == name)?)
    }

    /// Whether it may become another one.
    ///
    /// # Errors
    /// [`Refusal::Unprocessable`] where its secrets would be sent to another address.
    pub fn check_change(&self, after: &Self) -> Result<(), Refusal> {
        Refusal::unless_empty(self.settings.change_faults(&after.settings, self.service.settings()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{SentSettings, SentValue};
    use super::*;

    #[test]
    fn what_is_not_set_has_the_default_of_its_service() {
        let provider = |service, sent: SentSettings| SmsProvider {
            service,
            name: "sms".into(),
            caption: "SMS".into(),
            is_enabled: true,
            settings: Settings::default().after(&sent),
        };
        let twilio = provider(SmsService::Twilio, SentSettings::new());
        assert_eq!((twilio.setting("url"), twilio.setting("from")), (Some("https://api.twilio.com"), None));
        let custom = provider(SmsService::Custom, [("method", SentValue::Set("GET".into()))].into());
        assert_eq!((custom.setting("method"), custom.setting("from")), (Some("GET"), None));
    }
}
