use std::collections::BTreeSet;

use domain::value::{FaultCode as _, List, LocalizedText, Set};
use serde_json::{Value, json};

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
            Some(values) if values.is_empty() => fault(at, RequestFault::Empty, faults),
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
    let Value::Array(values) = value else { return fault(at, RequestFault::NotArray, faults) };
    if values.len() > MAX_ENTRIES {
        return fault(at, RequestFault::TooManyEntries.with("max", MAX_ENTRIES), faults);
    }
    let parsed: Vec<Option<K::Out>> = values
        .iter()
        .enumerate()
        .map(|(place, value)| {
            let at = format!("{at}.{place}");
            if value.is_null() { fault(&at, RequestFault::Null, faults) } else { kind.parse(value, &at, faults) }
        })
        .collect();
    parsed.into_iter().collect()
}

/// Texts in other languages: an array of key, locale and value, one entry per key and locale.
#[derive(Clone, Copy, Debug)]
pub struct LocalizedTexts;

impl Kind for LocalizedTexts {
    type Out = List<LocalizedText>;

    fn schema(&self) -> Value {
        let entry = json!({
            "title": "NewLocalizedText",
            "type": "object",
            "properties": {
                "key": LocalizedEntry::KEY.described("The field that the text stands in for."),
                "locale": LocalizedEntry::LOCALE.described("The language, such as `ja_JP`."),
                "value": LocalizedEntry::VALUE.described("The text."),
            },
            "required": ["key", "locale", "value"],
        });
        json!({"type": "array", "maxItems": MAX_ENTRIES, "items": entry})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<Self::Out> {
        let texts = entries(&LocalizedEntry, value, at, faults)?;
        let mut kept = BTreeSet::new();
        let doubled = texts.iter().position(|text| !kept.insert((&text.key, &text.locale)));
        match doubled {
            Some(place) => fault(&format!("{at}.{place}"), RequestFault::RepeatedText, faults),
            None => Some(texts.into()),
        }
    }
}

struct LocalizedEntry;

impl LocalizedEntry {
    const KEY: Text = Text::NAME;
    const LOCALE: Text = Text { min: 1, max: 35 };
    const VALUE: Text = Text { min: 0, max: MAX_LOCALIZED_CHARS };
}

impl Kind for LocalizedEntry {
    type Out = LocalizedText;

    fn schema(&self) -> Value {
        json!({"type": "object"})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<LocalizedText> {
        let Value::Object(object) = value else { return fault(at, RequestFault::NotObject, faults) };
        let mut text = |name: &str, kind: Text| match object.get(name) {
            Some(value) => kind.parse(value, &format!("{at}.{name}"), faults),
            None => fault(&format!("{at}.{name}"), RequestFault::Required, faults),
        };
        let key = text("key", Self::KEY);
        let locale = text("locale", Self::LOCALE);
        let value = text("value", Self::VALUE);
        Some(LocalizedText { key: key?, locale: locale?, value: value? })
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
            fault(at, RequestFault::NulCharacter, faults)
        } else {
            Some(text)
        }
    }
}
