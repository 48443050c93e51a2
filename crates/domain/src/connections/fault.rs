use crate::value::{FaultCode, text_enum};

text_enum! {
    /// The rules of connections and confirmations.
    ConnectionsFault {
        /// A name has 1 to 64 Latin letters, digits, `-` and `_`.
        NotConnectionName = "notConnectionName",
        /// The service has no such setting, but those in `settings`.
        UnknownSetting = "unknownSetting",
        /// An enabled connection has every setting that its provider needs.
        SettingRequired = "settingRequired",
        /// A connection to a provider without an adapter is not enabled.
        NoAdapter = "noAdapter",
        /// A connection stays while the payment methods in `methods` refer to it.
        ConnectionInUse = "connectionInUse",
        /// The text of a template has the place of the code.
        CodePlaceholderMissing = "codePlaceholderMissing",
        /// The template of codes is neither deleted nor renamed.
        DefaultTemplate = "defaultTemplate",
        /// Calls need an enabled connection of the provider Twilio.
        VoiceNotConfigured = "voiceNotConfigured",
    }
}

impl FaultCode for ConnectionsFault {
    const ALL: &'static [Self] = Self::ALL;

    fn text(self) -> &'static str {
        self.as_str()
    }
}
