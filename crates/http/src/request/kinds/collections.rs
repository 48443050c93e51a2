use std::collections::BTreeSet;

use domain::value::{CommonFault, FaultCode as _, List, LocalizedText, Set};
use serde_json::{Map, Value, json};

use super::{Kind, NO_NUL, Text, fault};
use crate::{Fault, RequestFault};

/// The most entries of an array in a body.
const MAX_ENTRIES: usize = 1000;

/// The longest free-form object, in bytes of JSON.
const MAX_OBJECT_BYTES: usize = 65_536;

/// The longest localized text, in characters.
const MAX_LOCALIZED_CHARS: usize = 10_000;

/// An array in its order.
#[derive(Clone, Copy, Debug)]
pub struct ListOf<K>(pub K);

impl<K: Kind> Kind for ListOf<K> {
    type Out = List<K::Out>;

    fn schema(&self) -> Value {
        json!({"type": "array", "items": self.0.schema(), "maxItems": MAX_ENTRIES})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<Self::Out> {
        entries(&self.0, value, at, faults).map(List::from)
    }
}

/// An array with at least one entry, in its order.
#[derive(Clone, Copy, Debug)]
pub struct NonEmptyListOf<K>(pub K);

impl<K: Kind> Kind for NonEmptyListOf<K> {
    type Out = List<K::Out>;

    fn schema(&self) -> Value {
        json!({"type": "array", "items": self.0.schema(), "minItems": 1, "maxItems": MAX_ENTRIES})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<Self::Out> {
        match value.as_array() {
            Some(values) if values.is_empty() => fault(at, CommonFault::Empty, faults),
            _ => ListOf(&self.0).parse(value, at, faults),
        }
    }
}

/// An array in which a repeated entry is kept once.
#[derive(Clone, Copy, Debug)]
pub struct SetOf<K>(pub K);

impl<K: Kind<Out: Ord>> Kind for SetOf<K> {
    type Out = Set<K::Out>;

    fn schema(&self) -> Value {
        json!({"type": "array", "items": self.0.schema(), "maxItems": MAX_ENTRIES})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<Self::Out> {
        entries(&self.0, value, at, faults).map(Set::sent)
    }
}

fn entries<K: Kind>(kind: &K, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<Vec<K::Out>> {
    each(kind, value, at, faults)?.into_iter().collect()
}

/// The entries; those that are faulty are none.
fn each<K: Kind>(kind: &K, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<Vec<Option<K::Out>>> {
    let Value::Array(values) = value else { return fault(at, RequestFault::NotArray, faults) };
    if values.len() > MAX_ENTRIES {
        return fault(at, RequestFault::TooManyEntries.with("max", MAX_ENTRIES), faults);
    }
    let parsed = values.iter().enumerate().map(|(place, value)| {
        let at = format!("{at}.{place}");
        if value.is_null() { fault(&at, RequestFault::Null, faults) } else { kind.parse(value, &at, faults) }
    });
    Some(parsed.collect())
}

/// An array whose faulty entries are none, for rules that look at several entries: what they find is told with the faults
/// of the entries.
#[derive(Clone, Copy, Debug)]
pub struct EachOf<K>(pub K);

impl<K: Kind> Kind for EachOf<K> {
    type Out = Vec<Option<K::Out>>;

    fn schema(&self) -> Value {
        json!({"type": "array", "items": self.0.schema(), "maxItems": MAX_ENTRIES})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<Self::Out> {
        each(&self.0, value, at, faults)
    }
}

/// Texts in other languages: an array of key, locale and value, one entry per key and locale.
#[derive(Clone, Copy, Debug)]
pub struct LocalizedTexts;

impl Kind for LocalizedTexts {
    type Out = List<LocalizedText>;

    fn schema(&self) -> Value {
        texts_schema("NewLocalizedText", &ENTRY)
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<Self::Out> {
        localized(&ENTRY, value, at, faults)
    }
}

/// The same for certain fields alone, whose texts are of a kind.
#[derive(Clone, Copy, Debug)]
pub struct LocalizedTextsOf<K> {
    /// The name of an entry's schema.
    pub title: &'static str,
    /// The fields.
    pub keys: &'static [&'static str],
    /// The kind of their texts.
    pub value: K,
}

impl<K: Kind<Out = String> + Copy> Kind for LocalizedTextsOf<K> {
    type Out = List<LocalizedText>;

    fn schema(&self) -> Value {
        texts_schema(self.title, &LocalizedEntry { key: OneOf(self.keys), value: self.value })
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<Self::Out> {
        localized(&LocalizedEntry { key: OneOf(self.keys), value: self.value }, value, at, faults)
    }
}

/// One of some texts.
#[derive(Clone, Copy, Debug)]
struct OneOf(&'static [&'static str]);

impl Kind for OneOf {
    type Out = String;

    fn schema(&self) -> Value {
        json!({"type": "string", "enum": self.0})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<String> {
        let known = value.as_str().filter(|text| self.0.contains(text)).map(ToOwned::to_owned);
        known.or_else(|| fault(at, RequestFault::NotOneOf.with("values", self.0.join(", ")), faults))
    }
}

fn texts_schema<N: Kind, K: Kind>(title: &str, entry: &LocalizedEntry<N, K>) -> Value {
    let entry = json!({
        "title": title,
        "type": "object",
        "properties": {
            "key": entry.key.described("The field that the text stands in for."),
            "locale": LOCALE.described("The language, such as `ja_JP`."),
            "value": entry.value.described("The text."),
        },
        "required": ["key", "locale", "value"],
    });
    json!({"type": "array", "maxItems": MAX_ENTRIES, "items": entry})
}

/// Everything that is wrong with texts is told: with each of them, and that a field has two in a language.
fn localized<N: Kind<Out = String>, K: Kind<Out = String>>(
    entry: &LocalizedEntry<N, K>,
    value: &Value,
    at: &str,
    faults: &mut Vec<Fault>,
) -> Option<List<LocalizedText>> {
    let texts = each(entry, value, at, faults)?;
    let mut kept = BTreeSet::new();
    let mut is_doubled = |text: &LocalizedText| !kept.insert((text.key.clone(), text.locale.clone()));
    let doubled = texts.iter().enumerate().filter(|(_, text)| text.as_ref().is_some_and(&mut is_doubled));
    let doubled: Vec<usize> = doubled.map(|(place, _)| place).collect();
    for place in &doubled {
        fault::<()>(&format!("{at}.{place}"), RequestFault::RepeatedText, faults);
    }
    texts.into_iter().collect::<Option<List<LocalizedText>>>().filter(|_| doubled.is_empty())
}

struct LocalizedEntry<N, K> {
    key: N,
    value: K,
}

const LOCALE: Text = Text { min: 1, max: 35 };
const ENTRY: LocalizedEntry<Text, Text> =
    LocalizedEntry { key: Text::NAME, value: Text { min: 0, max: MAX_LOCALIZED_CHARS } };

impl<N: Kind<Out = String>, K: Kind<Out = String>> Kind for LocalizedEntry<N, K> {
    type Out = LocalizedText;

    fn schema(&self) -> Value {
        json!({"type": "object"})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<LocalizedText> {
        let Value::Object(object) = value else { return fault(at, RequestFault::NotObject, faults) };
        let key = text(object, "key", &self.key, at, faults);
        let locale = text(object, "locale", &LOCALE, at, faults);
        let value = text(object, "value", &self.value, at, faults);
        Some(LocalizedText { key: key?, locale: locale?, value: value? })
    }
}

fn text<K: Kind<Out = String>>(
    object: &Map<String, Value>,
    name: &str,
    kind: &K,
    at: &str,
    faults: &mut Vec<Fault>,
) -> Option<String> {
    let at = format!("{at}.{name}");
    match object.get(name) {
        Some(value) => kind.parse(value, &at, faults),
        None => fault(&at, RequestFault::Required, faults),
    }
}

/// A free-form object, kept as its JSON text.
#[derive(Clone, Copy, Debug)]
pub struct ObjectText;

impl Kind for ObjectText {
    type Out = String;

    fn schema(&self) -> Value {
        // Values may nest deeper; what is told here is what readers without recursion need.
        let texts = json!({"type": "string", "pattern": NO_NUL});
        let plain = json!({"title": "PlainValue", "anyOf": [texts, {"type": ["number", "boolean", "null"]}]});
        let names = json!({"pattern": NO_NUL});
        json!({"type": "object", "propertyNames": names, "additionalProperties": {"title": "SettingValue", "anyOf": [
            plain,
            {"type": "array", "items": plain},
            {"type": "object", "propertyNames": names, "additionalProperties": plain},
        ]}})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<String> {
        // PHP clients send an empty object as an empty array.
        let text = match value {
            Value::Array(entries) if entries.is_empty() => "{}".to_owned(),
            Value::Object(_) => value.to_string(),
            _ => return fault(at, RequestFault::NotObject, faults),
        };
        if text.len() > MAX_OBJECT_BYTES {
            fault(at, RequestFault::TooManyBytes.with("bytes", MAX_OBJECT_BYTES), faults)
        } else if text.contains("\\u0000") {
            fault(at, CommonFault::NulCharacter, faults)
        } else {
            Some(text)
        }
    }
}
