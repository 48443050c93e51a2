use std::collections::BTreeMap;

use crate::identity::IdentityFault;
use crate::value::{Fault, FaultCode as _, Field, text_enum};

text_enum! {
    /// What a setting takes.
    SettingKind {
        /// A text.
        Text = "string",
        /// A whole number.
        Integer = "integer",
        /// Yes or no.
        Boolean = "boolean",
        /// A link of the web.
        Url = "url",
        /// A password or a key, which is kept sealed and answered as `***`.
        Secret = "secret",
        /// One of the options.
        Select = "select",
    }
}

/// A setting that a service outside has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its key.
    pub name: &'static str,
    /// The name that users are shown.
    pub caption: &'static str,
    /// What it takes.
    pub kind: SettingKind,
    /// Whether the service cannot be used without it.
    pub is_required: bool,
    /// What counts where it is not set.
    pub default: Option<&'static str>,
    /// The choices of a select.
    pub options: &'static [&'static str],
}

impl Setting {
    pub(super) const fn required(name: &'static str, caption: &'static str, kind: SettingKind) -> Self {
        Self { is_required: true, ..Self::optional(name, caption, kind) }
    }

    pub(super) const fn optional(name: &'static str, caption: &'static str, kind: SettingKind) -> Self {
        Self { name, caption, kind, is_required: false, default: None, options: &[] }
    }

    /// The address of the service, for those who do not use its public one.
    pub(super) const fn address(default: &'static str) -> Self {
        Self { default: Some(default), ..Self::optional("url", "API address", SettingKind::Url) }
    }
}

/// What a service is set up with: texts by the names of the settings, secrets among them sealed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct Settings(BTreeMap<String, String>);

/// What a call says of a setting.
#[derive(Clone, PartialEq, Eq)]
pub enum SentValue {
    /// It is this from now on; a secret is sealed before it is stored.
    Set(String),
    /// It stays: its mask was sent.
    Kept,
    /// It is taken away.
    Cleared,
}

/// What a call says of the settings of a service; those that it does not name stay.
pub type SentSettings = BTreeMap<&'static str, SentValue>;

impl Settings {
    /// What is set under this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// What counts for a setting: what is set, else its default.
    #[must_use]
    pub fn value(&self, setting: &Setting) -> Option<&str> {
        self.get(setting.name).or(setting.default)
    }

    /// The settings after a call.
    #[must_use]
    pub fn after(&self, sent: &SentSettings) -> Self {
        let mut after = self.0.clone();
        for (name, value) in sent {
            match value {
                SentValue::Set(value) => drop(after.insert((*name).to_owned(), value.clone())),
                SentValue::Kept => {}
                SentValue::Cleared => drop(after.remove(*name)),
            }
        }
        Self(after)
    }

    /// The settings that a service needs and does not have.
    pub fn missing<'a>(&'a self, schema: &'a [Setting]) -> impl Iterator<Item = &'a Setting> {
        schema.iter().filter(|setting| setting.is_required && self.value(setting).is_none())
    }

    /// A secret is not sent to another address than the one that it was given for: what stands against a change.
    #[must_use]
    pub fn change_faults(&self, after: &Self, schema: &[Setting]) -> Vec<Fault> {
        let of = |kind: SettingKind| schema.iter().filter(move |setting| setting.kind == kind);
        let moves = |setting: &Setting| after.get(setting.name).is_some_and(|to| self.value(setting) != Some(to));
        if !of(SettingKind::Url).any(moves) {
            return Vec::new();
        }
        let stays =
            |setting: &&Setting| self.get(setting.name).is_some() && self.get(setting.name) == after.get(setting.name);
        let kept = of(SettingKind::Secret).filter(stays);
        kept.map(|setting| IdentityFault::SecretForNewAddress.at(Field::Settings.entry(setting.name))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: [Setting; 3] = [
        Setting::address("https://public"),
        Setting::required("account", "Account", SettingKind::Text),
        Setting::required("secret", "Secret", SettingKind::Secret),
    ];

    fn set(values: &[(&'static str, &str)]) -> SentSettings {
        values.iter().map(|(name, value)| (*name, SentValue::Set((*value).to_owned()))).collect()
    }

    fn settings(values: &[(&'static str, &str)]) -> Settings {
        Settings::default().after(&set(values))
    }

    #[test]
    fn what_is_not_sent_stays() {
        let before = settings(&[("account", "a"), ("secret", "sealed")]);
        let mut sent = set(&[("url", "https://b")]);
        sent.insert("secret", SentValue::Kept);
        sent.insert("account", SentValue::Cleared);
        assert_eq!(before.after(&sent), settings(&[("url", "https://b"), ("secret", "sealed")]));
        let nothing = SentSettings::from([("secret", SentValue::Kept)]);
        assert_eq!(Settings::default().after(&nothing), Settings::default());
    }

    #[test]
    fn what_has_a_default_is_never_missing() {
        let missing = |settings: Settings| settings.missing(&SCHEMA).map(|setting| setting.name).collect::<Vec<_>>();
        assert_eq!(missing(Settings::default()), ["account", "secret"]);
        assert!(missing(settings(&[("account", "a"), ("secret", "s")])).is_empty());
        assert_eq!(Settings::default().value(&SCHEMA[0]), Some("https://public"));
    }

    #[test]
    fn a_secret_that_stays_is_not_sent_to_another_address() {
        let faults = |before: &[(&'static str, &str)], after: &[(&'static str, &str)]| {
            let faults = settings(before).change_faults(&settings(after), &SCHEMA);
            faults.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let demanded = ["secretForNewAddress at Settings.secret"];
        let public = [("secret", "one")];
        assert_eq!(faults(&public, &[("url", "https://other"), ("secret", "one")]), demanded);
        assert!(faults(&public, &[("url", "https://other"), ("secret", "two")]).is_empty());
        assert!(faults(&public, &[("url", "https://public"), ("secret", "one")]).is_empty());
        assert!(faults(&[], &[("url", "https://other"), ("secret", "one")]).is_empty());
        // Back to the public address of the service, and away from it again.
        let other = [("url", "https://other"), ("secret", "one")];
        assert!(faults(&other, &public).is_empty());
        assert_eq!(faults(&public, &other), demanded);
    }
}
