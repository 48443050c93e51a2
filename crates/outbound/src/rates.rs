//! Asks outside providers for rates: over HTTP, at a configured address, with a configured key.

use http::{read, write};
use std::sync::Arc;
use std::time::Duration;

use domain::ledger::{Amount, RateProvider};
use serde_json::Value;
use storage::ledger::rates::{self, address};
use storage::ledger::{currencies, rate_providers};
use storage::{DbConnection, Error, RateNeed};

use crate::Problem;
use crate::context::AppContext;
use crate::options;

/// How long a provider may take.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Where the rate stands in the answer unless the options say otherwise.
const POINTER: &str = "/rate";

/// What is asked: the address with both codes filled in.
struct Question {
    url: String,
    key: Option<String>,
    pointer: String,
}

fn question(provider: &RateProvider, from: &str, to: &str) -> Option<Question> {
    let options: Value = serde_json::from_str(&provider.options).ok()?;
    let text = |name: &str| options.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
    let url = address(provider)?.replace("{base}", from).replace("{quote}", to);
    Some(Question { url, key: text("key"), pointer: text("pointer").unwrap_or_else(|| POINTER.to_owned()) })
}

impl Question {
    /// With the key as it was sent.
    fn opened(self, app: &AppContext) -> Self {
        let key = self.key.and_then(|key| options::opened(&app.secret, &key));
        Self { key, ..self }
    }
}

/// The error without the address, which may hold a secret.
fn told(error: &ureq::Error) -> String {
    if let ureq::Error::BadUri(_) = error { "its address is not a URL".to_owned() } else { error.to_string() }
}

/// Asks; none where nobody answers, or without a rate above 0.
fn ask(question: &Question) -> Option<Amount> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(TIMEOUT))
        .tls_config(ureq::tls::TlsConfig::builder().provider(ureq::tls::TlsProvider::NativeTls).build())
        .build()
        .into();
    let mut request = agent.get(&question.url);
    if let Some(key) = &question.key {
        request = request.header("Authorization", format!("Bearer {key}"));
    }
    let mut response =
        request.call().map_err(|error| log::warn!("a rate provider does not answer: {}", told(&error))).ok()?;
    let answer: Value = response.body_mut().read_json().ok()?;
    // Numbers keep their digits: none passes through a binary float.
    let rate: Option<Amount> = match answer.pointer(&question.pointer)? {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => number.to_string().parse().ok(),
        _ => None,
    };
    rate.filter(|rate| rate.is_positive())
}

/// The provider of a rate, and what it is asked.
fn question_of(conn: &mut DbConnection, need: RateNeed) -> Result<Option<Question>, Error> {
    let provider = rate_providers::get(conn, need.provider)?.data;
    let codes = currencies::briefs(conn, &[need.from, need.to])?;
    let code = |code| codes.get(&code).map(|brief| brief.alphabetic_code.as_str()).ok_or(Error::NotFound);
    Ok(question(&provider, code(need.from)?, code(need.to)?))
}

/// Asks the provider for a rate and keeps what it answers, also that it has none.
///
/// # Errors
/// Those of the database.
pub(crate) async fn fetch(app: &Arc<AppContext>, need: RateNeed) -> Result<(), Problem> {
    let question = read(&app.database, move |conn| question_of(conn, need)).await?;
    let rate = match question {
        Some(question) => actix_web::rt::task::spawn_blocking({
            let question = question.opened(app);
            move || ask(&question)
        })
        .await
        .map_err(|error| Problem::internal(error.to_string()))?,
        None => None,
    };
    write(&app.database, move |tx| rates::keep(tx, need, rate)).await
}

/// The same for a job, which may wait.
///
/// # Errors
/// Those of the database.
pub(crate) fn fetch_and_wait(app: &AppContext, need: RateNeed) -> Result<(), Error> {
    let question = app.database.read(move |conn| question_of(conn, need))?;
    let rate = question.and_then(|question| ask(&question.opened(app)));
    app.database.write(move |tx| rates::keep(tx, need, rate))
}
