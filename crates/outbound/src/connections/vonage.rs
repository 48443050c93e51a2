//! SMS through Vonage's SMS API: a form, whose answer has a status for each part of the text.

use serde::Deserialize;
use url::form_urlencoded;

use super::sms::{SmsError, SmsSender, answered, base, failure};
use crate::client;

/// An account of Vonage.
pub(super) struct Vonage {
    pub url: String,
    pub key: String,
    pub secret: String,
    pub from: String,
}

#[derive(Deserialize)]
struct Parts {
    messages: Vec<Part>,
}

/// A part of the text; its status is 0 where it was taken.
#[derive(Deserialize)]
struct Part {
    status: String,
    #[serde(rename = "error-text")]
    error_text: Option<String>,
}

impl SmsSender for Vonage {
    fn send(&self, to: &str, text: &str) -> Result<(), SmsError> {
        // Its numbers have no plus sign. Beyond ASCII it must be told that the text is Unicode.
        let kind = if text.is_ascii() { "text" } else { "unicode" };
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("api_key", &self.key)
            .append_pair("api_secret", &self.secret)
            .append_pair("from", &self.from)
            .append_pair("to", to.trim_start_matches('+'))
            .append_pair("text", text)
            .append_pair("type", kind)
            .finish();
        let request = client::agent().post(format!("{}/sms/json", base(&self.url)));
        let answer = answered(request.header("Content-Type", client::FORM).send(&form))?;
        // It answers 200 to what it refuses, too.
        match serde_json::from_str::<Parts>(&answer.body) {
            Ok(parts) if answer.status.is_success() && !parts.messages.is_empty() => {
                match parts.messages.into_iter().find(|part| part.status != "0") {
                    None => Ok(()),
                    Some(part) => {
                        let text = part.error_text.unwrap_or_default();
                        Err(SmsError::Refused(format!("{} {text}", part.status).trim_end().to_owned()))
                    }
                }
            }
            Ok(_) | Err(_) => Err(failure(&answer)),
        }
    }
}
