use domain::catalog::{OpenSide, PendingSide};
use domain::platform::JobResult;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use storage::Direction;
use storage::ledger::platform_orders::PlatformOrder;

use super::{
    AccountPassword, Deal, GatewayError, Listed, PendingOrder, PlatformGateway, PlatformTokens, Position, TokenOwner,
    TradeQuery,
};
use crate::client::{self, Reply};

/// How much of an answer is read: ten thousand records fit in.
const MAX_ANSWER_BYTES: u64 = 8 * 1024 * 1024;

/// The protocol of bridges: an HTTP request under a key, signed where there is a key for that.
#[derive(Clone, Default)]
pub struct HttpGateway {
    /// Signs the requests.
    pub signing_key: Option<String>,
}

impl HttpGateway {
    /// Asks something that a platform answers with a body. What it answers may be secret, so no reason repeats it.
    fn answer<T: DeserializeOwned>(&self, url: &str, path: &str, question: &Value) -> Result<T, GatewayError> {
        let body = self.send(url, path, question)?;
        serde_json::from_str(&body).map_err(|error| {
            GatewayError::Unanswered(format!(
                "its answer has a fault at line {}, column {}",
                error.line(),
                error.column()
            ))
        })
    }

    fn send(&self, url: &str, path: &str, question: &Value) -> Result<String, GatewayError> {
        let url = format!("{}/{path}", url.trim_end_matches('/'));
        let answer = client::ask(&url, question, self.signing_key.as_deref(), MAX_ANSWER_BYTES);
        let answer = answer.map_err(GatewayError::Unanswered)?;
        if answer.status.is_success() {
            return Ok(answer.body);
        }
        // The body may repeat what was sent.
        let reason = format!("it answers {}", answer.status.as_u16());
        Err(if answer.is_refusal() { GatewayError::Refused(reason) } else { GatewayError::Unanswered(reason) })
    }

    fn listed<S: Serialize, T: DeserializeOwned>(
        &self,
        url: &str,
        path: &str,
        query: &TradeQuery<S>,
    ) -> Result<Listed<T>, GatewayError> {
        let TradeQuery { accounts, side, from, to, direction, limit } = query;
        let sort_order = match direction {
            Direction::Ascending => "asc",
            Direction::Descending => "desc",
        };
        let question = json!({
            "accounts": accounts, "side": side, "from": from, "to": to, "sortOrder": sort_order, "limit": limit,
        });
        self.answer(url, path, &question)
    }
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

    fn set_password(&self, url: &str, password: &AccountPassword<'_>) -> Result<(), GatewayError> {
        let AccountPassword { account, password } = password;
        self.send(url, "passwords", &json!({"account": account, "password": password.expose()})).map(drop)
    }

    fn tokens(&self, url: &str, owner: &TokenOwner) -> Result<PlatformTokens, GatewayError> {
        self.answer(url, "tokens", &json!(owner))
    }

    fn refresh(&self, url: &str, owner: &TokenOwner, refresh_token: &str) -> Result<PlatformTokens, GatewayError> {
        self.answer(url, "tokens/refresh", &json!({"client": owner.client, "refreshToken": refresh_token}))
    }

    fn orders(&self, url: &str, query: &TradeQuery<PendingSide>) -> Result<Listed<PendingOrder>, GatewayError> {
        self.listed(url, "orders", query)
    }

    fn positions(&self, url: &str, query: &TradeQuery<OpenSide>) -> Result<Listed<Position>, GatewayError> {
        self.listed(url, "positions", query)
    }

    fn deals(&self, url: &str, query: &TradeQuery<OpenSide>) -> Result<Listed<Deal>, GatewayError> {
        self.listed(url, "deals", query)
    }
}
