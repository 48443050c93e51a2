//! SMS through any service that takes them over HTTP (`docs/operating.md`, SMS).

use serde_json::json;
use url::Url;

use super::sms::{SmsError, SmsSender, answered, failure};
use crate::client;

/// A service that is asked as this server likes it.
pub(super) struct Custom {
    pub url: String,
    pub key: String,
    pub method: String,
}

impl SmsSender for Custom {
    fn send(&self, to: &str, text: &str) -> Result<(), SmsError> {
        let authorization = format!("Bearer {}", self.key);
        let sent = if self.method == "GET" {
            let mut url = Url::parse(&self.url).map_err(|_| SmsError::Unusable("url"))?;
            url.query_pairs_mut().append_pair("to", to).append_pair("text", text);
            client::agent().get(url.as_str()).header("Authorization", authorization).call()
        } else {
            let request = client::agent().post(&self.url).header("Authorization", authorization);
            let body = json!({"to": to, "text": text}).to_string();
            request.header("Content-Type", "application/json").send(&body)
        };
        let answer = answered(sent)?;
        if answer.status.is_success() { Ok(()) } else { Err(failure(&answer)) }
    }
}
