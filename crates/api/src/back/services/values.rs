//! How values of parameters and switches come and go.

use std::borrow::Cow;
use std::collections::BTreeMap;

use domain::services::SentValue;
use domain::value::{CommonFault, FaultCode as _};
use http::request::{Boolean, Kind};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use crate::{Fault, RequestFault};

/// A switch that is 1 or 0 in answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Switch(pub bool);

impl Serialize for Switch {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(u8::from(self.0))
    }
}

impl JsonSchema for Switch {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Switch".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "integer", "enum": [0, 1]})
    }
}

/// A switch as it is sent: 1 or 0, as a number, a string or a boolean.
#[derive(Clone, Copy, Debug)]
pub(super) struct OneOrZero;

impl Kind for OneOrZero {
    type Out = bool;

    fn schema(&self) -> Value {
        json!({"type": "integer", "enum": [0, 1]})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<bool> {
        Boolean.parse(value, at, faults)
    }
}

/// The most values that are sent at once.
const MAX_VALUES: usize = 1_000;

/// Values by the name of their parameter or by its id. An empty array counts as none.
#[derive(Clone, Copy, Debug)]
pub(super) struct ValuesKind;

impl Kind for ValuesKind {
    type Out = BTreeMap<String, SentValue>;

    fn schema(&self) -> Value {
        json!({"type": "object", "additionalProperties": true})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<Self::Out> {
        let fault = match value {
            Value::Array(entries) if entries.is_empty() => return Some(BTreeMap::new()),
            Value::Object(object) if object.len() > MAX_VALUES => RequestFault::TooManyEntries.with("max", MAX_VALUES),
            Value::Object(object) if has_nul(value) || object.keys().any(|key| key.contains('\0')) => {
                CommonFault::NulCharacter.fault()
            }
            Value::Object(object) => {
                return Some(object.iter().map(|(key, value)| (key.clone(), SentValue::from(value))).collect());
            }
            _ => RequestFault::NotObject.fault(),
        };
        faults.push(Fault::sent(at, fault));
        None
    }
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(has_nul),
        Value::Object(object) => object.values().any(has_nul),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Values as they are answered.
pub(super) fn shown(values: &BTreeMap<String, SentValue>) -> Map<String, Value> {
    values.iter().map(|(name, value)| (name.clone(), Value::from(value))).collect()
}
