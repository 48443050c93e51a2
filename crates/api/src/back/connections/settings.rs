//! The settings of services: how they are described, sent, kept and answered.

use domain::connections::{ConnectionsFault, SentSettings, SentValue, Setting, SettingKind, Settings};
use domain::identity::options::MASK;
use domain::value::FaultCode as _;
use http::request::{Boolean, Fields, Integer, Kind, Link, ObjectText, Purpose, Text};
use http::routes::Resource;
use outbound::SecretKey;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use storage::{ById, Direction, Page, Paging};

use crate::back::Back;
use crate::{Fault, Problem, RequestFault};

/// The longest value of a setting: keys may be whole tokens.
const MAX_CHARS: usize = 2_000;

/// A setting that a service takes.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ProviderSetting")]
#[serde(rename_all = "camelCase")]
pub(super) struct SettingAnswer {
    /// Its key in `settings`.
    name: &'static str,
    /// The name that users are shown.
    caption: &'static str,
    /// What it takes.
    #[serde(rename = "type")]
    kind: SettingKind,
    /// Whether the service cannot be used without it.
    required: bool,
    /// What counts where it is not set; null where there is no default.
    default: Option<&'static str>,
    /// The choices of a `select`; empty for the other types.
    options: &'static [&'static str],
}

impl Resource<Back> for SettingAnswer {
    const NAME: &'static str = "provider_setting";

    fn id(&self) -> i64 {
        0
    }
}

impl From<&Setting> for SettingAnswer {
    fn from(setting: &Setting) -> Self {
        let Setting { name, caption, kind, is_required, default, options } = *setting;
        Self { name, caption, kind, required: is_required, default, options }
    }
}

/// A page of what is no table.
#[expect(clippy::unnecessary_wraps, reason = "it answers for handlers, whose others ask the database")]
pub(super) fn page_of<T, A: From<T>>(
    all: impl DoubleEndedIterator<Item = T> + ExactSizeIterator,
    paging: &Paging<ById>,
) -> Result<Page<A>, Problem> {
    let total = paging.counts.then(|| i64::try_from(all.len()).unwrap_or(i64::MAX));
    let count = |number: i64| usize::try_from(number).unwrap_or(usize::MAX);
    let ordered: Vec<T> = match paging.direction {
        Direction::Ascending => all.collect(),
        Direction::Descending => all.rev().collect(),
    };
    let data = ordered.into_iter().skip(count(paging.offset)).take(count(paging.limit)).map(A::from).collect();
    Ok(Page { total, data })
}

/// The settings as they are answered: each that the service takes, in its type, and secrets masked.
pub(super) fn shown(schema: &[Setting], settings: &Settings) -> Map<String, Value> {
    let shown = |setting: &Setting| {
        let Some(value) = settings.get(setting.name) else { return Value::Null };
        match setting.kind {
            SettingKind::Secret => MASK.into(),
            SettingKind::Integer => value.parse::<i64>().map_or(Value::Null, Value::from),
            SettingKind::Boolean => value.parse::<bool>().map_or(Value::Null, Value::from),
            SettingKind::Text | SettingKind::Url | SettingKind::Select => value.into(),
        }
    };
    schema.iter().map(|setting| (setting.name.to_owned(), shown(setting))).collect()
}

/// When a record has the settings that its service cannot be used without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Demand {
    /// Once it is enabled, which is decided by what is stored.
    WhenEnabled,
    /// At any time: a body for this purpose has or keeps them.
    Always(Purpose),
}

/// The object `settings` of a service; none where the body does not tell which service it is.
struct SettingsOf {
    schema: Option<&'static [Setting]>,
    demand: Demand,
}

impl Kind for SettingsOf {
    type Out = SentSettings;

    fn schema(&self) -> Value {
        ObjectText.schema()
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<SentSettings> {
        ObjectText.parse(value, at, faults)?;
        let Some(schema) = self.schema else { return Some(SentSettings::new()) };
        let mut sent = SentSettings::new();
        for (name, value) in value.as_object().into_iter().flatten() {
            let at = format!("{at}.{name}");
            let Some(setting) = schema.iter().find(|setting| setting.name == name) else {
                let names = schema.iter().map(|setting| setting.name).collect::<Vec<_>>().join(", ");
                faults.push(Fault::sent(at, ConnectionsFault::UnknownSetting.with("settings", names)));
                continue;
            };
            let value = parsed(setting, value, &at, faults);
            let fault = value.as_ref().and_then(|value| self.demand.fault(setting, Some(value)));
            faults.extend(fault.map(|fault| Fault::sent(at, fault)));
            sent.extend(value.map(|value| (setting.name, value)));
        }
        let is_left_out = |setting: &&Setting| value.get(setting.name).is_none();
        for setting in schema.iter().filter(is_left_out) {
            let fault = self.demand.fault(setting, None);
            faults.extend(fault.map(|fault| Fault::sent(format!("{at}.{}", setting.name), fault)));
        }
        Some(sent)
    }
}

impl Demand {
    /// What stands against this being said of a setting, or nothing.
    fn fault(self, setting: &Setting, sent: Option<&SentValue>) -> Option<RequestFault> {
        let Self::Always(purpose) = self else { return None };
        if !setting.is_required {
            return None;
        }
        match (sent, purpose) {
            (Some(SentValue::Set(_)), _) | (Some(SentValue::Kept) | None, Purpose::Change) => None,
            (Some(SentValue::Cleared), _) => Some(RequestFault::Null),
            (Some(SentValue::Kept) | None, Purpose::Create) => Some(RequestFault::Required),
        }
    }
}

/// What a value says of a setting. An empty text takes it away, as null does.
fn parsed(setting: &Setting, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<SentValue> {
    if value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty()) {
        return Some(SentValue::Cleared);
    }
    if setting.kind == SettingKind::Secret && value.as_str() == Some(MASK) {
        return Some(SentValue::Kept);
    }
    let text = Text { min: 0, max: MAX_CHARS };
    let value = match setting.kind {
        SettingKind::Text | SettingKind::Secret => text.parse(value, at, faults)?,
        SettingKind::Integer => Integer::ANY.parse(value, at, faults)?.to_string(),
        SettingKind::Boolean => Boolean.parse(value, at, faults)?.to_string(),
        SettingKind::Url => Link { max: MAX_CHARS }.parse(value, at, faults)?,
        SettingKind::Select => {
            let chosen = text.parse(value, at, faults)?;
            if !setting.options.contains(&chosen.as_str()) {
                let values = setting.options.join(", ");
                faults.push(Fault::sent(at, RequestFault::NotOneOf.with("values", values)));
                return None;
            }
            chosen
        }
    };
    Some(SentValue::Set(value))
}

/// Reads the field `settings` of what needs them once it is enabled.
pub(super) fn read<C>(fields: &mut Fields<'_, C>, schema: Option<&'static [Setting]>) -> Option<SentSettings> {
    read_as(fields, SettingsOf { schema, demand: Demand::WhenEnabled })
}

/// The same of what has at any time what its service needs.
pub(super) fn read_complete<C>(fields: &mut Fields<'_, C>, schema: Option<&'static [Setting]>) -> Option<SentSettings> {
    let demand = Demand::Always(fields.purpose());
    read_as(fields, SettingsOf { schema, demand })
}

fn read_as<C>(fields: &mut Fields<'_, C>, kind: SettingsOf) -> Option<SentSettings> {
    let about = "The settings that the service takes, by their names. Those that are left out stay, and so do secrets that \
                 are sent as `***`; null takes one away.";
    if let Some(sent) = fields.about(about).optional("settings", &kind)? {
        return Some(sent);
    }
    // What is not sent at all lacks what is demanded.
    let lacking = |setting: &&Setting| kind.demand.fault(setting, None).is_some();
    let lacking: Vec<&Setting> = kind.schema.into_iter().flatten().filter(lacking).collect();
    for setting in &lacking {
        fields.fault::<()>(&format!("settings.{}", setting.name), RequestFault::Required);
    }
    lacking.is_empty().then(SentSettings::new)
}

/// What is stored after a call, its secrets sealed.
pub(super) fn stored(
    secret: &SecretKey,
    schema: &[Setting],
    before: &Settings,
    sent: &SentSettings,
) -> Result<Settings, Problem> {
    let mut sealed = sent.clone();
    for setting in schema.iter().filter(|setting| setting.kind == SettingKind::Secret) {
        if let Some(SentValue::Set(value)) = sealed.get_mut(setting.name) {
            *value = outbound::options::sealed(secret, value)?;
        }
    }
    Ok(before.after(&sealed))
}

#[cfg(test)]
mod tests {
    use domain::connections::ConnectionProvider;
    use serde_json::json;

    use super::*;

    fn sent(provider: ConnectionProvider, settings: &Value) -> (Option<SentSettings>, Vec<Fault>) {
        let mut faults = Vec::new();
        let sent = SettingsOf { schema: Some(provider.settings()), demand: Demand::WhenEnabled }.parse(
            settings,
            "settings",
            &mut faults,
        );
        (sent, faults)
    }

    #[test]
    fn settings_are_kept_as_texts_and_answered_in_their_types() {
        let provider = ConnectionProvider::B2BinPay;
        let (sent, faults) = sent(
            provider,
            &json!({"url": "https://a.example", "apiSecret": "s", "walletId": "5", "isSandbox": "1", "apiKey": " "}),
        );
        assert!(faults.is_empty());
        let key = SecretKey::new("a secret for tests, of 32 bytes at least").unwrap();
        let settings = stored(&key, provider.settings(), &Settings::default(), &sent.unwrap()).unwrap();
        assert_eq!(settings.get("isSandbox"), Some("true"));
        assert!(settings.get("apiSecret").is_some_and(|stored| stored.starts_with("sealed:")));
        let expected = json!({
            "url": "https://a.example", "apiKey": null, "apiSecret": "***", "walletId": 5, "isSandbox": true,
        });
        assert_eq!(Value::Object(shown(provider.settings(), &settings)), expected);
    }

    #[test]
    fn every_fault_of_the_settings_is_told() {
        let settings = json!({"url": "nowhere", "walletId": "x", "isSandbox": "maybe", "apiKey": 5, "other": 1});
        let (_, faults) = sent(ConnectionProvider::B2BinPay, &settings);
        assert_eq!(faults.len(), 5);
    }
}
