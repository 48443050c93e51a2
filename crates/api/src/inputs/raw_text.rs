//! Texts that are taken as they are.

use domain::value::{CommonFault, FaultCode as _};
use http::request::Kind;
use serde_json::{Value, json};

use crate::{Fault, RequestFault};

/// The longest password that is checked: a longer one would only cost time.
const MAX_PASSWORD_CHARS: usize = 1000;

/// A password, a token or a code: taken as it is, with its blanks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RawText;

impl Kind for RawText {
    type Out = String;

    fn schema(&self) -> Value {
        json!({"type": "string", "minLength": 1, "maxLength": MAX_PASSWORD_CHARS})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<String> {
        let Value::String(text) = value else {
            faults.push(Fault::sent(at, RequestFault::NotString));
            return None;
        };
        if !(1..=MAX_PASSWORD_CHARS).contains(&text.chars().count()) {
            faults.push(Fault::sent(at, CommonFault::Length.with("min", 1_i64).with("max", MAX_PASSWORD_CHARS)));
            return None;
        }
        Some(text.clone())
    }
}
