//! Liquidity providers: the interface to them, and the protocol that comes with the server (`docs/operating.md`,
//! Hedging).

use domain::platform::JobResult;
use serde_json::json;
use storage::ledger::hedges::Hedge;

use crate::client::{self, Reply};

/// Does exchanges of clients again outside, so that the broker holds no position.
pub trait Hedger: Send + Sync {
    /// Asks for a hedge, which may have been asked for before. One that is declined is a failure: the exchange stays
    /// done.
    fn hedge(&self, hedge: &Hedge) -> JobResult;
}

/// The protocol of bridges: an HTTP request under a key, signed where there is a key for that.
#[derive(Clone)]
pub struct HttpHedger {
    /// Where the bridge is asked.
    pub url: String,
    /// Signs the requests.
    pub signing_key: Option<String>,
}

impl Hedger for HttpHedger {
    fn hedge(&self, hedge: &Hedge) -> JobResult {
        let body = json!({
            "hedge": hedge.id,
            "transaction": hedge.transaction,
            "sell": hedge.from,
            "buy": hedge.to,
            "amount": hedge.amount.plain(),
            "rate": hedge.rate.plain(),
        });
        match client::order(&self.url, &format!("hedge-{}", hedge.id), &body, self.signing_key.as_deref()) {
            Reply::Done => JobResult::Done,
            Reply::Declined(reason) => JobResult::Failed(reason),
            Reply::Unknown(reason) => JobResult::Unanswered(reason),
        }
    }
}
