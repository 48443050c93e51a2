//! Payment systems: the interface to them, and the protocol that comes with the server (`docs/operating.md`, Payment systems).

use domain::connections::ExternalConnection;
use domain::ledger::MethodId;
use domain::payments::DepositNext;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use storage::payments::deposit_addresses::AskedAddress;
use storage::payments::payment_systems::{AskedPayment, Payer};

use crate::client::{self, Answer};
use crate::metrics::{Answered, CallOutcome};
use crate::options::opened;
use crate::secrets::SecretKey;

/// How much of an answer is read.
const MAX_ANSWER_BYTES: u64 = 64 * 1024;

/// Takes money of clients. Both calls may be made again for the same payment or address, and block until the payment
/// system answers, for seconds at most.
pub trait PaymentSystem: Send + Sync {
    /// Begins a payment.
    ///
    /// # Errors
    /// Why it does not begin; where nothing came back, it may have.
    fn begin(&self, access: &PaymentAccess, payment: &AskedPayment) -> Result<PaymentBegun, PaymentError>;

    /// Gives the address to which a client pays any amount.
    ///
    /// # Errors
    /// Why there is none.
    fn address(&self, access: &PaymentAccess, asked: &AskedAddress) -> Result<PaymentAddress, PaymentError>;
}

/// How a payment system is reached.
#[derive(Clone)]
pub struct PaymentAccess {
    /// Where it is asked.
    pub url: String,
    /// Signs what it is asked, and what it reports.
    pub secret: String,
}

impl PaymentAccess {
    /// Of a connection; none where it lacks something, or its secret was sealed with another secret of the installation.
    #[must_use]
    pub fn of(connection: &ExternalConnection, secret: &SecretKey) -> Option<Self> {
        let url = connection.settings.get("url")?.to_owned();
        Some(Self { url, secret: opened(secret, connection.settings.get("secret")?)? })
    }

    /// Whether the payment system has signed a body, in constant time.
    #[must_use]
    pub fn has_signed(&self, body: &[u8], signature: &str) -> bool {
        client::is_signature(&self.secret, body, signature)
    }
}

/// What the client's program does next.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct PaymentBegun {
    /// What.
    #[serde(rename = "type")]
    pub next: DepositNext,
    /// What it needs for that, such as the address of a page.
    #[serde(default)]
    pub data: Map<String, Value>,
}

impl PaymentBegun {
    /// What a client is told where a user decides, or the payment system has not answered yet.
    #[must_use]
    pub fn waiting() -> Self {
        Self { next: DepositNext::Message, data: Map::new() }
    }
}

/// Where a client pays to.
#[derive(Clone, Debug, PartialEq)]
pub struct PaymentAddress {
    /// The address.
    pub address: String,
    /// The address and what else the client's program shows of it, such as a tag.
    pub data: Map<String, Value>,
}

/// Why a payment does not begin. Operators read the reasons.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaymentError {
    /// It is not taken.
    #[error("the payment system refuses: {0}")]
    Refused(String),
    /// Nothing is known.
    #[error("the payment system does not answer: {0}")]
    Unanswered(String),
}

impl Answered for PaymentError {
    fn outcome(&self) -> CallOutcome {
        match self {
            Self::Refused(_) => CallOutcome::Refused,
            Self::Unanswered(_) => CallOutcome::Failed,
        }
    }
}

/// The protocol of bridges: an HTTP request under a key, signed with the secret of the connection.
#[derive(Clone, Copy, Debug, Default)]
pub struct HttpPaymentSystem;

impl PaymentSystem for HttpPaymentSystem {
    fn begin(&self, access: &PaymentAccess, payment: &AskedPayment) -> Result<PaymentBegun, PaymentError> {
        let AskedPayment { deposit, method, payer, amount } = payment;
        let mut body = told(*method, payer);
        body.insert("deposit".into(), json!(deposit));
        body.insert("amount".into(), amount.plain().into());
        ask(access, &format!("deposit-{deposit}"), body)
    }

    fn address(&self, access: &PaymentAccess, asked: &AskedAddress) -> Result<PaymentAddress, PaymentError> {
        let AskedAddress { account, method, currency, payer, .. } = asked;
        let key = format!("address-{account}-{method}-{currency}");
        let PaymentBegun { next, data } = ask(access, &key, told(*method, payer))?;
        let address = data.get("address").and_then(Value::as_str).filter(|address| !address.is_empty());
        match (next, address) {
            (DepositNext::Address, Some(address)) => Ok(PaymentAddress { address: address.to_owned(), data }),
            _ => Err(PaymentError::Unanswered("it gives no address".into())),
        }
    }
}

/// Who pays, for a payment system.
fn told(method: MethodId, payer: &Payer) -> Map<String, Value> {
    let Payer { client, account_number, currency, fields, ip } = payer;
    let fields = [
        ("method", json!(method)),
        ("client", json!(client)),
        ("account", json!(account_number)),
        ("currency", json!(currency)),
        ("data", json!(fields)),
        ("ip", json!(ip)),
    ];
    fields.map(|(name, value)| (name.to_owned(), value)).into_iter().collect()
}

fn ask(access: &PaymentAccess, key: &str, body: Map<String, Value>) -> Result<PaymentBegun, PaymentError> {
    let answer = client::ask_once(&access.url, key, &Value::Object(body), Some(&access.secret), MAX_ANSWER_BYTES);
    begun(&answer.map_err(PaymentError::Unanswered)?)
}

fn begun(answer: &Answer) -> Result<PaymentBegun, PaymentError> {
    let status = format!("it answers {}", answer.status.as_u16());
    if answer.is_refusal() {
        return Err(PaymentError::Refused(status));
    }
    if !answer.status.is_success() {
        return Err(PaymentError::Unanswered(status));
    }
    match serde_json::from_str(&answer.body) {
        Ok(PaymentBegun { next: DepositNext::Preview, .. }) => {
            Err(PaymentError::Unanswered("it began a preview".into()))
        }
        Ok(begun) => Ok(begun),
        Err(error) => Err(PaymentError::Unanswered(format!("its answer has a fault at column {}", error.column()))),
    }
}
