use super::{Setting, SettingKind};
use crate::value::text_enum;

text_enum! {
    /// A service outside that a connection can be made to.
    ConnectionProvider {
        /// Checks who clients are.
        IdWise = "IDWise",
        /// Checks who clients are.
        SumSub = "SumSub",
        /// Checks who clients are.
        ShuftiPro = "ShuftiPro",
        /// Checks who clients are.
        IDenfy = "iDenfy",
        /// Sends mail.
        SendGrid = "SendGrid",
        /// Calls clients by phone.
        Twilio = "Twilio",
        /// Moves cryptocurrencies.
        B2BinPay = "B2BinPay",
        /// Has documents signed.
        AcrobatSign = "Acrobat Sign",
        /// Any other service.
        Custom = "custom",
    }
}

impl ConnectionProvider {
    /// The settings of a connection to it.
    #[must_use]
    pub const fn settings(self) -> &'static [Setting] {
        match self {
            Self::IdWise => ID_WISE,
            Self::SumSub => SUM_SUB,
            Self::ShuftiPro => SHUFTI_PRO,
            Self::IDenfy => IDENFY,
            Self::SendGrid => SEND_GRID,
            Self::Twilio => TWILIO,
            Self::B2BinPay => B2_BIN_PAY,
            Self::AcrobatSign => ACROBAT_SIGN,
            Self::Custom => CUSTOM,
        }
    }

    /// Whether this server can speak to it: else a connection is kept, and not used.
    #[must_use]
    pub const fn has_adapter(self) -> bool {
        match self {
            Self::SendGrid | Self::Twilio | Self::Custom => true,
            Self::IdWise | Self::SumSub | Self::ShuftiPro | Self::IDenfy | Self::B2BinPay | Self::AcrobatSign => false,
        }
    }
}

const ID_WISE: &[Setting] = &[
    Setting::required("url", "API address", SettingKind::Url),
    Setting::required("apiKey", "API key", SettingKind::Secret),
    Setting::optional("flowId", "Id of the flow that clients go through", SettingKind::Text),
];

const SUM_SUB: &[Setting] = &[
    Setting::address("https://api.sumsub.com"),
    Setting::required("appToken", "App token", SettingKind::Secret),
    Setting::required("secretKey", "Secret key", SettingKind::Secret),
    Setting::optional("levelName", "Name of the level that clients go through", SettingKind::Text),
];

const SHUFTI_PRO: &[Setting] = &[
    Setting::address("https://api.shuftipro.com"),
    Setting::required("clientId", "Client id", SettingKind::Text),
    Setting::required("secretKey", "Secret key", SettingKind::Secret),
];

const IDENFY: &[Setting] = &[
    Setting::address("https://ivs.idenfy.com"),
    Setting::required("apiKey", "API key", SettingKind::Text),
    Setting::required("apiSecret", "API secret", SettingKind::Secret),
];

const SEND_GRID: &[Setting] = &[
    Setting {
        caption: "API address; https://api.eu.sendgrid.com for accounts in the EU",
        ..Setting::address("https://api.sendgrid.com")
    },
    Setting::required("apiKey", "API key", SettingKind::Secret),
];

const TWILIO: &[Setting] = &[
    Setting::required("accountSid", "Account SID", SettingKind::Text),
    Setting::required("apiKeySid", "SID of the API key", SettingKind::Text),
    Setting::required("apiKeySecret", "Secret of the API key", SettingKind::Secret),
    Setting::required("applicationSid", "SID of the TwiML application that places calls", SettingKind::Text),
];

const B2_BIN_PAY: &[Setting] = &[
    Setting::required("url", "API address", SettingKind::Url),
    Setting::required("apiKey", "API key", SettingKind::Text),
    Setting::required("apiSecret", "API secret", SettingKind::Secret),
    Setting::required("walletId", "Id of the wallet", SettingKind::Integer),
    Setting {
        default: Some("false"),
        ..Setting::optional("isSandbox", "Whether it is the sandbox", SettingKind::Boolean)
    },
];

const ACROBAT_SIGN: &[Setting] = &[
    Setting::required("url", "API access point of the account", SettingKind::Url),
    Setting::required("integrationKey", "Integration key", SettingKind::Secret),
];

const CUSTOM: &[Setting] = &[
    Setting::required("url", "Address of the service", SettingKind::Url),
    Setting::optional("key", "Key", SettingKind::Secret),
    Setting::optional("secret", "Secret", SettingKind::Secret),
];

#[cfg(test)]
mod tests {
    use super::super::SmsService;
    use super::*;
    use crate::identity::names_secret;

    fn all() -> impl Iterator<Item = &'static Setting> {
        let of_connections = ConnectionProvider::ALL.iter().flat_map(|provider| provider.settings());
        of_connections.chain(SmsService::ALL.iter().flat_map(|service| service.settings()))
    }

    #[test]
    fn what_is_called_a_secret_is_kept_as_one_unless_it_only_says_which() {
        const TOLD: [&str; 2] = ["apiKey", "apiKeySid"];
        for setting in all() {
            let is_secret = setting.kind == SettingKind::Secret;
            assert!(is_secret == names_secret(setting.name) || TOLD.contains(&setting.name), "{}", setting.name);
        }
    }

    #[test]
    fn a_select_has_options_and_defaults_are_among_them() {
        for setting in all() {
            assert_eq!(setting.kind == SettingKind::Select, !setting.options.is_empty(), "{}", setting.name);
            let is_chosen = |default| setting.options.is_empty() || setting.options.contains(&default);
            assert!(setting.default.is_none_or(is_chosen), "{}", setting.name);
        }
    }
}
