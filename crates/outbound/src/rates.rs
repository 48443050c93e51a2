//! Providers of rates: the interface to them, and the one over HTTP, at a configured address and under a configured
//! key.

use std::time::Duration;

use domain::ledger::{Amount, RateProvider};
use serde_json::Value;
use storage::ledger::rates::address;

use crate::client;
use crate::metrics::{Answered, CallOutcome};
use crate::options;
use crate::secrets::SecretKey;

/// How long a provider may take.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Where the rate stands in the answer unless the options say otherwise.
const POINTER: &str = "/rate";

/// What a provider is asked.
#[derive(Clone, PartialEq, Eq)]
pub struct RateQuestion {
    /// The address, with both codes filled in.
    pub url: String,
    /// The key, as the operator sent it.
    pub key: Option<String>,
    /// Where the rate stands in the answer, as a JSON pointer.
    pub pointer: String,
}

impl RateQuestion {
    /// What a provider is asked about two currencies; none where it has no address.
    pub(crate) fn of(provider: &RateProvider, from: &str, to: &str, secret: &SecretKey) -> Option<Self> {
        let options: Value = serde_json::from_str(&provider.options).ok()?;
        let text = |name: &str| options.get(name).and_then(Value::as_str);
        Some(Self {
            url: address(provider)?.replace("{base}", from).replace("{quote}", to),
            key: text("key").and_then(|key| options::opened(secret, key)),
            pointer: text("pointer").unwrap_or(POINTER).to_owned(),
        })
    }
}

/// Tells rates.
pub trait RateSource: Send + Sync {
    /// The rate; none where the provider does not answer or has no rate above 0.
    fn rate(&self, question: &RateQuestion) -> Option<Amount>;
}

impl Answered for Option<Amount> {
    fn outcome(&self) -> CallOutcome {
        if self.is_some() { CallOutcome::Done } else { CallOutcome::Failed }
    }
}

/// Asks over HTTP; the answer is JSON.
#[derive(Clone, Copy, Debug, Default)]
pub struct HttpRates;

impl RateSource for HttpRates {
    fn rate(&self, question: &RateQuestion) -> Option<Amount> {
        let agent: ureq::Agent = client::config(TIMEOUT).build().into();
        let mut request = agent.get(&question.url);
        if let Some(key) = &question.key {
            request = request.header("Authorization", format!("Bearer {key}"));
        }
        let answered = request.call();
        let mut response =
            answered.map_err(|error| log::warn!("a rate provider does not answer: {}", client::told(&error))).ok()?;
        let answer: Value = response.body_mut().read_json().ok()?;
        // Numbers keep their digits: none passes through a binary float.
        let rate: Option<Amount> = match answer.pointer(&question.pointer)? {
            Value::String(text) => text.parse().ok(),
            Value::Number(number) => number.to_string().parse().ok(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        };
        rate.filter(|rate| rate.is_positive())
    }
}
