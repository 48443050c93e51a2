//! Asks outside platforms to move money, and a liquidity provider to hedge exchanges: over HTTP, under
//! a key, until they answer (`docs/operating.md`, Outside platforms, Hedging).

use std::fmt::Write as _;
use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use storage::ledger::hedges;
use storage::ledger::platform_orders::{self, PlatformOrder, Verdict};

use crate::context::AppContext;

/// How long a platform may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How many rates one answer may ask for.
const MAX_RATES_ASKED: usize = 16;
/// How much of an answer is kept as the reason.
const MAX_REASON: u64 = 500;

/// The body's HMAC-SHA256 in hexadecimal digits, by which a gateway knows that it is us who ask.
fn signature(key: &str, body: &[u8]) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).ok()?;
    mac.update(body);
    let mut digits = String::new();
    for byte in mac.finalize().into_bytes() {
        write!(digits, "{byte:02x}").ok()?;
    }
    Some(digits)
}

/// Sends a request under a key; a second one under the same key must do nothing.
fn ask(url: &str, key: &str, body: &Value, signing_key: Option<&str>) -> Verdict {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(TIMEOUT))
        .http_status_as_error(false)
        .max_redirects(0)
        .tls_config(ureq::tls::TlsConfig::builder().provider(ureq::tls::TlsProvider::NativeTls).build())
        .build()
        .into();
    let body = body.to_string();
    let mut request = agent.post(url).header("Content-Type", "application/json").header("Idempotency-Key", key);
    if let Some(signature) = signing_key.and_then(|key| signature(key, body.as_bytes())) {
        request = request.header("X-Signature", signature);
    }
    let mut response = match request.send(&body) {
        Ok(response) => response,
        Err(error) => return Verdict::Unanswered(error.to_string()),
    };
    let status = response.status();
    if status.is_success() {
        return Verdict::Confirmed;
    }
    let reason = response.body_mut().with_config().limit(MAX_REASON).read_to_string().unwrap_or_default();
    let reason = format!("{}: {reason}", status.as_u16());
    // Too many at once, or too slow, says nothing about the request.
    let is_final = status.is_client_error() && !matches!(status.as_u16(), 401 | 408 | 425 | 429);
    if is_final { Verdict::Refused(reason) } else { Verdict::Unanswered(reason) }
}

fn ask_platform(order: &PlatformOrder, signing_key: Option<&str>) -> Verdict {
    let body = json!({
        "order": order.id,
        "account": order.account_number,
        "currency": order.currency,
        "balanceChange": order.balance_change.plain(),
        "creditChange": order.credit_change.plain(),
    });
    ask(&order.url, &format!("order-{}", order.id), &body, signing_key)
}

/// Asks for one hedge that is due; answers whether there was one.
pub(crate) fn hedge_due(app: &AppContext) -> Result<bool, storage::Error> {
    let now = app.now();
    if !app.database.read(move |conn| hedges::is_due(conn, now))? {
        return Ok(false);
    }
    let Some(hedge) = app.database.write(hedges::take)? else { return Ok(false) };
    let body = json!({
        "hedge": hedge.id,
        "transaction": hedge.transaction,
        "sell": hedge.from,
        "buy": hedge.to,
        "amount": hedge.amount.plain(),
        "rate": hedge.rate.plain(),
    });
    let verdict = match &app.config.hedging_url {
        Some(url) => ask(url, &format!("hedge-{}", hedge.id), &body, app.config.gateway_key.as_deref()),
        None => Verdict::Refused("no provider is set (BACKOFFICE_HEDGING_URL)".into()),
    };
    let (id, transaction, kept) = (hedge.id, hedge.transaction, verdict.clone());
    if app.database.write(move |tx| hedges::settle(tx, &hedge, &kept))? {
        log::error!("hedge {id} of transaction {transaction} has failed: {verdict:?}");
    }
    Ok(true)
}

/// Sends one order that is due; answers whether there was one.
pub(crate) fn send_due(app: &AppContext) -> Result<bool, storage::Error> {
    let now = app.now();
    if !app.database.read(move |conn| platform_orders::is_due(conn, now))? {
        return Ok(false);
    }
    let Some(order) = app.database.write(platform_orders::take)? else { return Ok(false) };
    let verdict = ask_platform(&order, app.config.gateway_key.as_deref());
    if verdict != Verdict::Confirmed {
        log::warn!("platform order {}: {verdict:?}", order.id);
    }
    settle(app, &order, &verdict)?;
    Ok(true)
}

/// What arrives may earn a bonus, for which an outside provider may have to be asked for a rate.
fn settle(app: &AppContext, order: &PlatformOrder, verdict: &Verdict) -> Result<(), storage::Error> {
    for _ in 0..MAX_RATES_ASKED {
        let (order, verdict) = (order.clone(), verdict.clone());
        match app.database.write(move |tx| platform_orders::settle(tx, &order, &verdict)) {
            Err(storage::Error::RateNeeded(need)) => crate::rates::fetch_and_wait(app, need)?,
            settled => return settled,
        }
    }
    Err(storage::Error::Unavailable("rates".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2.
    #[test]
    fn the_signature_is_the_hmac_of_the_body() {
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(signature("Jefe", b"what do ya want for nothing?").as_deref(), Some(expected));
    }
}
