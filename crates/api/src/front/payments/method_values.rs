//! What the client fills in for a method.

use std::collections::BTreeMap;

use domain::value::FaultCode as _;
use http::RequestFault;
use http::request::Kind;
use serde_json::{Value, json};

use crate::Fault;

/// The most values of one order.
const MAX_VALUES: usize = 100;
/// The longest value.
const MAX_CHARS: usize = 2000;

/// Values by the names of the fields; numbers and booleans count as the texts that they are written as.
pub(super) struct MethodValues;

impl Kind for MethodValues {
    type Out = BTreeMap<String, String>;

    fn schema(&self) -> Value {
        json!({
            "type": "object",
            "additionalProperties": {"type": "string", "maxLength": MAX_CHARS},
            "maxProperties": MAX_VALUES,
        })
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<Self::Out> {
        let Some(object) = value.as_object() else {
            faults.push(Fault::sent(at, RequestFault::NotObject));
            return None;
        };
        if object.len() > MAX_VALUES {
            faults.push(Fault::sent(at, RequestFault::TooManyEntries.with("max", MAX_VALUES)));
            return None;
        }
        let mut values = BTreeMap::new();
        for (name, value) in object {
            let text = match value {
                Value::Null => continue,
                Value::String(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                Value::Bool(is_so) => is_so.to_string(),
                Value::Array(_) | Value::Object(_) => {
                    faults.push(Fault::sent(format!("{at}.{name}"), RequestFault::NotString));
                    continue;
                }
            };
            if text.chars().count() > MAX_CHARS || text.contains('\0') || name.contains('\0') {
                faults.push(Fault::sent(format!("{at}.{name}"), RequestFault::InvalidText.with("max", MAX_CHARS)));
            } else {
                values.insert(name.clone(), text);
            }
        }
        Some(values)
    }
}
