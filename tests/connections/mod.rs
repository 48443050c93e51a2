//! Connections to services outside, what sends SMS, the texts of codes, and calls to clients.

mod balances;
mod bodies;
mod external;
mod sending;
pub mod service;
mod sms_providers;
mod templates;
mod voice_token;

use serde_json::{Value, json};

use crate::harness::with;

const CONNECTIONS: &str = "/api/v2/connections";
const SMS: &str = "/api/v2/confirmations/providers";

/// A connection by which clients can be called.
fn voice(fields: &Value) -> Value {
    let settings = json!({
        "accountSid": "AC1", "apiKeySid": "SK1", "apiKeySecret": "s3cret", "applicationSid": "AP1",
    });
    let connection =
        json!({"name": "voice", "caption": "Voice", "provider": "Twilio", "enabled": true, "settings": settings});
    with(connection, fields)
}

/// An enabled provider of this service.
fn sms(service: &str, name: &str, settings: &Value) -> Value {
    json!({"provider": service, "name": name, "caption": name, "isEnabled": true, "settings": settings})
}
