//! Trading platforms outside: the interface to their gateways, and the protocol that comes with the server
//! (`docs/operating.md`, Outside platforms).

use domain::platform::JobResult;
use serde_json::json;
use storage::ledger::platform_orders::PlatformOrder;

use crate::client::{self, Reply};

/// Moves money on accounts that an outside platform keeps.
pub trait PlatformGateway: Send + Sync {
    /// Asks for an order, which may have been asked for before. What a platform refuses does not take place.
    fn ask(&self, order: &PlatformOrder) -> JobResult;
}

/// The protocol of bridges: an HTTP request under a key, signed where there is a key for that.
#[derive(Clone, Default)]
pub struct HttpGateway {
    /// Signs the requests.
    pub signing_key: Option<String>,
}

impl PlatformGateway for HttpGateway {
    fn ask(&self, order: &PlatformOrder) -> JobResult {
        let Some(url) = &order.url else { return JobResult::Unanswered("its platform has no gateway".into()) };
        let body = json!({
            "order": order.id,
            "account": order.account_number,
            "currency": order.currency,
            "balanceChange": order.balance_change.plain(),
            "creditChange": order.credit_change.plain(),
        });
        match client::order(url, &format!("order-{}", order.id), &body, self.signing_key.as_deref()) {
            Reply::Done => JobResult::Done,
            Reply::Declined(reason) => JobResult::Refused(reason),
            Reply::Unknown(reason) => JobResult::Unanswered(reason),
        }
    }
}
