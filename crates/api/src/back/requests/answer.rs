//! How requests are answered.

use std::net::IpAddr;

use domain::catalog::ProductType;
use domain::clients::ClientId;
use domain::identity::masked_name;
use domain::ledger::{AccountId, Amount, DepartmentStatus, RequestId, RequestKind, RequestStatus, TransactionId};
use domain::value::{List, LocalizedText, Localizer, Timestamp};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use storage::identity::system_logs::Category;
use storage::requests::{RequestAccount, StoredRequest};

use crate::Problem;
use crate::back::Back;
use crate::back::clients::brief::ClientBrief;
use crate::back::files::path_of;
use crate::back::resolutions::reasons::ResolutionAnswer;

/// An account of the client.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "RequestAccount")]
#[serde(rename_all = "camelCase")]
struct AccountAnswer {
    account_id: AccountId,
    /// The number that the client is shown.
    account_number: String,
}

/// What a client asks for.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Request")]
#[serde(rename_all = "camelCase")]
pub(super) struct RequestAnswer {
    id: RequestId,
    /// Who asks.
    client: ClientBrief,
    /// Where the client asked from.
    ip: IpAddr,
    /// What is asked for.
    #[serde(rename = "type")]
    kind: RequestKind,
    /// Why it was rejected; null where it was not.
    resolution: Option<ResolutionAnswer>,
    /// The client's wallets.
    personal_accounts: Vec<AccountAnswer>,
    /// The client's trading accounts.
    trade_accounts: Vec<AccountAnswer>,
    /// The account that it is about; null where there is none.
    account_id: Option<AccountId>,
    /// How much, in `currency`; null where it moves no money.
    amount: Option<Amount>,
    /// The deposit or withdrawal method; null for other types.
    method: Option<String>,
    /// The transaction that waits for it; null where it moves no money.
    transaction_id: Option<TransactionId>,
    /// The alphabetic code of the currency of the amount.
    currency: Option<String>,
    /// Withdrawals: what the Dealing Department decided.
    dealing_approved: Option<DepartmentStatus>,
    /// Withdrawals: what the Compliance Department decided.
    compliance_approved: Option<DepartmentStatus>,
    /// The number of the client's liquidity account.
    liquidity_account: Option<String>,
    /// When the client asked.
    created_at: Timestamp,
    /// When it was decided; null while it waits.
    processed_at: Option<Timestamp>,
    /// Details of what is asked for, each as its name, a colon and its value.
    interact: Vec<String>,
    /// The number of the status: 0 pending, 1 approved, 2 rejected, 3 in progress, 127 new.
    status_id: i64,
    /// How far it is.
    status: RequestStatus,
    /// A note for users of the back office.
    comment: Option<String>,
    /// The colour of its row, as CSS writes it: its own, else the one that marks all requests of the client.
    color: Option<String>,
    #[serde(skip)]
    method_resources: List<LocalizedText>,
    #[serde(skip)]
    facts: Vec<(&'static str, String)>,
}

fn interact(facts: &[(&'static str, String)]) -> Vec<String> {
    let told = |(name, value): &(&'static str, String)| match (*name, value.parse()) {
        ("file", Ok(key)) => format!("{name}: {}", path_of(&key)),
        _ => format!("{name}: {value}"),
    };
    facts.iter().map(told).collect()
}

impl From<StoredRequest> for RequestAnswer {
    fn from(stored: StoredRequest) -> Self {
        let StoredRequest { accounts, transaction, .. } = stored;
        let of_kinds = |kinds: &[ProductType]| {
            let of_kinds = accounts.iter().filter(|account| kinds.contains(&account.kind));
            of_kinds
                .map(|RequestAccount { id, number, .. }| AccountAnswer {
                    account_id: *id,
                    account_number: number.clone(),
                })
                .collect()
        };
        let liquidity = accounts.iter().find(|account| account.kind == ProductType::Liquidity);
        let facts = stored.asked.map(|asked| asked.facts()).unwrap_or_default();
        let meta = transaction.as_ref().and_then(|transaction| transaction.meta.as_ref());
        let method = transaction.as_ref().and_then(|transaction| transaction.method.as_ref());
        Self {
            id: stored.id,
            client: stored.client.into(),
            ip: stored.ip,
            kind: stored.kind,
            resolution: stored.resolution.map(ResolutionAnswer::from),
            personal_accounts: of_kinds(&[ProductType::Personal]),
            trade_accounts: of_kinds(&[ProductType::Trade, ProductType::Demo]),
            account_id: stored.account,
            amount: transaction.as_ref().map(|transaction| transaction.debit.amount),
            method: method.map(|method| method.name.clone()),
            transaction_id: transaction.as_ref().map(|transaction| transaction.id),
            currency: transaction.as_ref().map(|transaction| transaction.debit.currency.alphabetic_code.clone()),
            dealing_approved: meta.and_then(|meta| meta.dealing_status),
            compliance_approved: meta.and_then(|meta| meta.compliance_status),
            liquidity_account: liquidity.map(|account| account.number.clone()),
            created_at: stored.create_time,
            processed_at: stored.processed_time,
            interact: interact(&facts),
            status_id: stored.status.number(),
            status: stored.status,
            comment: stored.comment,
            color: stored.color,
            method_resources: method.map(|method| method.resources.clone()).unwrap_or_default(),
            facts,
        }
    }
}

impl Resource<Back> for RequestAnswer {
    const NAME: &'static str = domain::requests::RESOURCE;
    const CATEGORY: Category = Category::Client;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn client(&self) -> Option<ClientId> {
        Some(self.client.id())
    }

    /// Not the client: their profile is not the request's.
    fn recorded(&self) -> Result<Value, Problem> {
        Ok(json!({
            "clientId": self.client.id(),
            "type": self.kind,
            "status": self.status,
            "transactionId": self.transaction_id,
            "amount": self.amount,
            "dealingApproved": self.dealing_approved,
            "complianceApproved": self.compliance_approved,
            "resolutionId": self.resolution.as_ref().map(Resource::<Back>::id),
            "comment": self.comment,
            "color": self.color,
        }))
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        self.client.localize(localizer);
        if let Some(resolution) = &mut self.resolution {
            resolution.localize(localizer);
        }
        if let Some(method) = &mut self.method {
            localizer.localize(&self.method_resources, "caption", method);
        }
    }

    fn mask(&mut self) {
        self.client.mask();
        for (name, value) in &mut self.facts {
            if matches!(*name, "firstName" | "lastName") {
                *value = masked_name(value);
            }
        }
        self.interact = interact(&self.facts);
    }
}
