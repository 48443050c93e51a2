//! SMS through Twilio: a message is made below the account, by a form.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::connections::ServiceBalance;
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

/// What is left to be spent, as the service tells it.
#[derive(Deserialize)]
struct Balance {
    balance: String,
    currency: String,
}

impl Twilio {
    fn address(&self, resource: &str) -> String {
        let account: String = form_urlencoded::byte_serialize(self.account.as_bytes()).collect();
        format!("{}/2010-04-01/Accounts/{account}/{resource}.json", base(&self.url))
    }

    fn authorization(&self) -> String {
        format!("Basic {}", STANDARD.encode(format!("{}:{}", self.account, self.token)))
    }

    /// What is left to be spent.
    pub fn balance(&self) -> Result<ServiceBalance, SmsError> {
        let request = client::agent().get(self.address("Balance")).header("Authorization", self.authorization());
        let answer = answered(request.call())?;
        let balance = serde_json::from_str::<Balance>(&answer.body).ok().filter(|_| answer.status.is_success());
        let known = balance.and_then(|Balance { balance, currency }| Some((balance.parse().ok()?, currency)));
        known.map(|(amount, currency)| ServiceBalance { amount, currency }).ok_or_else(|| failure(&answer))
    }
}

impl SmsSender for Twilio {
    fn send(&self, to: &str, text: &str) -> Result<(), SmsError> {
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("To", to)
            .append_pair("From", &self.from)
            .append_pair("Body", text)
            .finish();
        let request = client::agent().post(self.address("Messages")).header("Authorization", self.authorization());
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
