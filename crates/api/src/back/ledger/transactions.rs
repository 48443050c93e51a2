//! Transactions.

use domain::clients::ClientId;
use domain::identity::Permission;
use domain::ledger::{
    Amount, Meta, MethodId, RequestId, RequestKind, RequestStatus, ResolutionId, TransactionId, TransactionKind,
    TransactionStatus,
};
use domain::value::{List, LocalizedText, Localizer, Timestamp};
use http::request::{FilterSet, Filters, ListQuery, SortKey};
use http::routes::{Coverage, Moved, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use storage::identity::system_logs::Category;
use storage::ledger::transactions::{self, Filter, Sort, StoredSide, StoredTransaction};
use storage::{Direction, Page};

use super::CurrencyBrief;
use super::accounts::AccountAnswer;
use crate::Problem;
use crate::back::{Back, Reading, Routes};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const TRANSACTIONS: &str = "/api/v2/transactions";
    routes
        .get("transactions.list", TRANSACTIONS, P::TransactionsRead)
        .summary("List transactions.")
        .describe(
            "Lists deposits, withdrawals, transfers, exchanges and balance changes, finished or not, newest \
             first.",
        )
        .list(list);
    routes
        .get("transactions.get", "/api/v2/transactions/{transactionId}", P::TransactionsRead)
        .summary("Read a transaction.")
        .describe("Shows both sides with their accounts, the rate, and the details of the payment.")
        .example_path("/api/v2/transactions/56")
        .record(get);
}

/// One side of a transaction. Amounts have 18 places and are in whole units of the currency.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "TransactionSide")]
#[serde(rename_all = "camelCase")]
struct SideAnswer {
    /// The client's account; null where the side is a payment system or the broker.
    account: Option<AccountAnswer>,
    /// On the debit side the gross amount, which leaves; on the credit side the net amount, which arrives. In this
    /// side's currency.
    amount: Amount,
    /// What is charged in this side's currency; for an exchange the markup, which the rate already contains.
    commission: Amount,
    /// The currency of the amounts.
    currency: CurrencyBrief,
}

impl From<StoredSide> for SideAnswer {
    fn from(side: StoredSide) -> Self {
        Self {
            account: side.account.as_deref().map(AccountAnswer::from),
            amount: side.amount,
            commission: side.commission,
            currency: side.currency.into(),
        }
    }
}

/// The request behind a transaction.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "RequestBrief")]
#[serde(rename_all = "camelCase")]
struct RequestAnswer {
    /// Its id.
    id: RequestId,
    /// How far it is.
    status: RequestStatus,
    /// What the client asks for.
    #[serde(rename = "type")]
    kind: RequestKind,
    /// When the client asked.
    create_time: Timestamp,
    /// When it was decided; null while it waits.
    processed_time: Option<Timestamp>,
}

/// A record by its id and name.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct Named<I> {
    /// Its id.
    id: I,
    /// Its name, in the caller's language where it has one.
    name: String,
    #[serde(skip)]
    resources: List<LocalizedText>,
}

impl<I> From<transactions::Named<I>> for Named<I> {
    fn from(named: transactions::Named<I>) -> Self {
        Self { id: named.id, name: named.name, resources: named.resources }
    }
}

/// A movement of a client's money, or the wish for one.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Transaction")]
#[serde(rename_all = "camelCase")]
pub(crate) struct TransactionAnswer {
    /// The client whose money moves.
    client_id: ClientId,
    /// The id by which paths name the transaction.
    transaction_id: TransactionId,
    /// Where the money goes. Before the transaction is done, its amount is an estimate. Never null.
    credit_details: Option<SideAnswer>,
    /// Where the money comes from. Never null.
    debit_details: Option<SideAnswer>,
    /// The rate from the debit to the credit currency, markups included; 1 where nothing is converted.
    foreign_exchange_rate: Amount,
    /// Details of a deposit or a withdrawal; null for other kinds.
    meta: Option<Meta>,
    /// The payment method of a deposit or a withdrawal; null for other kinds and for balance changes.
    method: Option<Named<MethodId>>,
    /// The client's request that a user decides; null where no approval was needed.
    application: Option<RequestAnswer>,
    /// Why it failed or was refused; null where no reason was given.
    resolution: Option<Named<ResolutionId>>,
    /// How far it is. `done`, `failed`, `rejected`, `cancelled`, `holdFailed` and `refund` are final.
    status: TransactionStatus,
    /// What it does.
    #[serde(rename = "type")]
    kind: TransactionKind,
    /// When it was created.
    create_time: Timestamp,
    /// When its status last changed.
    update_time: Timestamp,
    /// When it reached a final status; null before.
    processed_time: Option<Timestamp>,
}

impl TransactionAnswer {
    /// Where it is found.
    pub(crate) fn path(&self) -> String {
        format!("/api/v2/transactions/{}", self.transaction_id)
    }
}

impl Resource<Back> for TransactionAnswer {
    const NAME: &'static str = "operation";
    const CATEGORY: Category = Category::Operation;
    const COVERAGE: Coverage = Coverage::ByAmount;

    fn id(&self) -> i64 {
        self.transaction_id.get()
    }

    fn client(&self) -> Option<ClientId> {
        Some(self.client_id)
    }

    fn kind(&self) -> Option<&'static str> {
        Some(self.kind.as_str())
    }

    fn moved(&self) -> Option<Moved> {
        let side = self.debit_details.as_ref()?;
        Some(Moved { currency: side.currency.code(), amount: side.amount })
    }

    /// The accounts by their ids: what they are is not the transaction's.
    fn recorded(&self) -> Result<Value, Problem> {
        let side = |side: &Option<SideAnswer>| {
            side.as_ref().map(|side| {
                json!({
                    "accountId": side.account.as_ref().map(Resource::id),
                    "amount": side.amount,
                    "commission": side.commission,
                    "currency": side.currency.code(),
                })
            })
        };
        Ok(json!({
            "clientId": self.client_id,
            "type": self.kind,
            "status": self.status,
            "debitDetails": side(&self.debit_details),
            "creditDetails": side(&self.credit_details),
            "foreignExchangeRate": self.foreign_exchange_rate,
            "methodId": self.method.as_ref().map(|method| method.id),
            "meta": self.meta,
            "resolutionId": self.resolution.as_ref().map(|resolution| resolution.id),
        }))
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        for side in [&mut self.credit_details, &mut self.debit_details].into_iter().flatten() {
            if let Some(account) = &mut side.account {
                account.localize(localizer);
            }
        }
        if let Some(method) = &mut self.method {
            localizer.localize(&method.resources, "caption", &mut method.name);
        }
        if let Some(resolution) = &mut self.resolution {
            localizer.localize(&resolution.resources, "name", &mut resolution.name);
        }
    }
}

impl From<StoredTransaction> for TransactionAnswer {
    fn from(stored: StoredTransaction) -> Self {
        Self {
            client_id: stored.client,
            transaction_id: stored.id,
            credit_details: Some(stored.credit.into()),
            debit_details: Some(stored.debit.into()),
            foreign_exchange_rate: stored.rate,
            meta: stored.meta,
            method: stored.method.map(Named::from),
            application: stored.request.map(|request| RequestAnswer {
                id: request.id,
                status: request.status,
                kind: request.kind,
                create_time: request.create_time,
                processed_time: request.processed_time,
            }),
            resolution: stored.resolution.map(Named::from),
            status: stored.status,
            kind: stored.kind,
            create_time: stored.create_time,
            update_time: stored.update_time,
            processed_time: stored.processed_time,
        }
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self {
            account: filters.id("accountId"),
            credit_account_number: filters.text("creditAccountNumber"),
            debit_account_number: filters.text("debitAccountNumber"),
            status: filters.choice("status"),
            kind: filters.choice("type"),
            client: filters.id("clientId"),
            method: filters.id("methodId"),
            from: filters.moment("fromCreateTime"),
            to: filters.moment("toCreateTime"),
        }
    }
}

impl SortKey<Back> for Sort {
    const KEYS: &'static [(&'static str, Self)] =
        &[("createTime", Self::CreateTime), ("creditAmount", Self::CreditAmount), ("debitAmount", Self::DebitAmount)];
    const DEFAULT_DIRECTION: Direction = Direction::Descending;
}

fn list(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<Filter, Sort>,
) -> Result<Page<TransactionAnswer>, Problem> {
    let page = transactions::list(reading.conn, &reading.caller.rights.scope, &query.filter, &query.paging)?;
    Ok(page.map(TransactionAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (TransactionId,)) -> Result<TransactionAnswer, Problem> {
    Ok(transactions::get(reading.conn, &reading.caller.rights.scope, id)?.into())
}
