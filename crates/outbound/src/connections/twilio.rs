//! SMS through Twilio: a message is made below the account, by a form.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use url::form_urlencoded;

use super::sms::{SmsError, SmsSender, answered, base, failure};
use crate::client;

/// An account of Twilio.
pub(super) struct Twilio {
    pub url: String,
    pub account: String,
    pub token: String,
    pub from: String,
}

/// The message as it was made.
#[derive(Deserialize)]
struct Message {
    status: String,
    error_message: Option<String>,
}

impl SmsSender for Twilio {
    fn send(&self, to: &str, text: &str) -> Result<(), SmsError> {
        let account: String = form_urlencoded::byte_serialize(self.account.as_bytes()).collect();
        let url = format!("{}/2010-04-01/Accounts/{account}/Messages.json", base(&self.url));
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("To", to)
            .append_pair("From", &self.from)
            .append_pair("Body", text)
            .finish();
        let credentials = STANDARD.encode(format!("{}:{}", self.account, self.token));
        let request = client::agent().post(&url).header("Authorization", format!("Basic {credentials}"));
        let answer = answered(request.header("Content-Type", client::FORM).send(&form))?;
        match serde_json::from_str::<Message>(&answer.body) {
            Ok(message) if answer.status.is_success() => match message.status.as_str() {
                "failed" | "undelivered" => Err(SmsError::Refused(message.error_message.unwrap_or(message.status))),
                _ => Ok(()),
            },
            Ok(_) | Err(_) => Err(failure(&answer)),
        }
    }
}
