//! The kinds of values in a body: how each is parsed, and how it is described.

mod collections;
mod html;
mod numbers;
mod texts;

use std::marker::PhantomData;

use domain::value::{self, Enumeration, FaultCode as _};
use serde_json::{Value, json};

use crate::{Fault, RequestFault};

pub use collections::{EachOf, ListOf, LocalizedTexts, LocalizedTextsOf, NonEmptyListOf, ObjectText, SetOf};
pub use html::Html;
pub use numbers::{Decimal, Id, Integer, Percent};
pub use texts::{
    ALPHABETIC_CODE_PATTERN, HOST_PATTERN, IP_NETWORK_PATTERN, IP_PATTERN, LOCALITY_PATTERN, Link, NO_NUL,
    PASSWORD_PATTERN, PHONE_PATTERN, Parsed, Text,
};

/// A kind of value in a body: how it is parsed, and how it is described.
pub trait Kind {
    /// What it is parsed into.
    type Out: Clone;

    /// Its JSON Schema. One with a `title` stands in the document under that name.
    fn schema(&self) -> Value;

    /// Its JSON Schema with what the value is.
    fn described(&self, description: &str) -> Value {
        let mut schema = self.schema();
        if let Some(schema) = schema.as_object_mut() {
            schema.insert("description".to_owned(), description.into());
        }
        schema
    }

    /// Parses a value that is not null; each fault names its place.
    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<Self::Out>;
}

impl<K: Kind> Kind for &K {
    type Out = K::Out;

    fn schema(&self) -> Value {
        (*self).schema()
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<K::Out> {
        (*self).parse(value, at, faults)
    }
}

fn fault<T>(at: &str, fault: impl Into<value::Fault>, faults: &mut Vec<Fault>) -> Option<T> {
    faults.push(Fault::sent(at, fault));
    None
}

/// `true`, `1`, `"1"`, `"true"` and their opposites.
#[derive(Clone, Copy, Debug)]
pub struct Boolean;

impl Kind for Boolean {
    type Out = bool;

    fn schema(&self) -> Value {
        json!({"type": "boolean"})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<bool> {
        let text = match value {
            Value::Bool(flag) => return Some(*flag),
            Value::Number(number) => number.to_string(),
            Value::String(text) => text.clone(),
            _ => String::new(),
        };
        yes_no(&text).or_else(|| fault(at, RequestFault::NotBoolean, faults))
    }
}

pub(super) fn yes_no(text: &str) -> Option<bool> {
    match text {
        "1" | "true" => Some(true),
        "0" | "false" => Some(false),
        _ => None,
    }
}

/// One of the values of an enumeration.
#[derive(Clone, Copy, Debug)]
pub struct Choice<E>(PhantomData<E>);

impl<E> Choice<E> {
    /// One of the values of this enumeration.
    #[must_use]
    pub const fn of() -> Self {
        Self(PhantomData)
    }
}

/// What a schema with a title says of itself; its `description` is about the field that has it.
pub(crate) const OWN_DESCRIPTION: &str = "x-own-description";

impl<E: Enumeration> Kind for Choice<E> {
    type Out = E;

    fn schema(&self) -> Value {
        json!({"title": E::NAME, "type": "string", "enum": E::TEXTS, OWN_DESCRIPTION: E::description()})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<E> {
        let chosen = value.as_str().and_then(|text| text.parse().ok());
        chosen.or_else(|| match E::TEXTS {
            texts if texts.len() > 20 => fault(at, RequestFault::UnknownValue, faults),
            texts => fault(at, RequestFault::NotOneOf.with("values", texts.join(", ")), faults),
        })
    }
}

/// A day; a date-time counts as its day.
#[derive(Clone, Copy, Debug)]
pub struct Day;

impl Kind for Day {
    type Out = chrono::NaiveDate;

    fn schema(&self) -> Value {
        json!({"type": "string", "format": "date", "pattern": r"^(19|[2-9]\d)\d\d-"})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<chrono::NaiveDate> {
        let day = value::day(value.as_str().unwrap_or_default());
        day.map_err(|fault| faults.push(Fault::sent(at, fault))).ok()
    }
}

/// An object with fields of its own: a function reads them, whose faults name their place.
#[derive(Clone, Copy)]
pub struct Object<T> {
    /// Its JSON Schema.
    pub schema: fn() -> Value,
    /// Reads its fields.
    pub read: fn(&serde_json::Map<String, Value>, &str, &mut Vec<Fault>) -> Option<T>,
}

impl<T: Clone> Kind for Object<T> {
    type Out = T;

    fn schema(&self) -> Value {
        (self.schema)()
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<T> {
        match value {
            Value::Object(object) => (self.read)(object, at, faults),
            _ => fault(at, RequestFault::NotObject, faults),
        }
    }
}
