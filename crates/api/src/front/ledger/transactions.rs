//! The transactions of the client.

use domain::clients::ClientId;
use domain::ledger::{
    Amount, Meta, MethodId, OptionEntry, ResolutionId, TransactionId, TransactionKind, TransactionStatus,
};
use domain::value::{List, LocalizedText, Localizer, Timestamp};
use http::request::{FilterSet, Filters, ListQuery, SortKey};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use storage::identity::system_logs::Category;
use storage::ledger::transactions::{Named, Sort, StoredSide};
use storage::payments::client_accounts::ClientAccount;
use storage::payments::client_transactions::{self, ClientTransaction, Filter};
use storage::{Direction, Page};

use super::MyAccount;
use crate::Problem;
use crate::front::CurrencyAnswer;
use crate::front::{Front, Reading, Requirement, Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .get("my.transactions.list", "/api/v2/my/transactions", Requirement::SignedIn)
        .summary("List the transactions of the client.")
        .describe(
            "Lists deposits, withdrawals, transfers and exchanges, finished or not, and what other clients have \
             transferred to the client, the newest first.",
        )
        .list(list);
    routes
        .get("my.transactions.get", "/api/v2/my/transactions/{transactionId}", Requirement::SignedIn)
        .summary("Read a transaction of the client.")
        .describe("Shows both sides with their accounts; of somebody else's account not what it is worth.")
        .record(get);
}

/// One side of a transaction. Amounts have 18 places and are in whole units of the currency.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct MyTransactionSide {
    /// The account; null where the side is a payment system or the broker.
    account: Option<MyAccount>,
    /// On the debit side the gross amount, which leaves; on the credit side the net amount, which arrives.
    amount: Amount,
    /// What is charged in this side's currency; for an exchange the markup, which the rate already contains.
    commission: Amount,
    /// The currency of the amounts.
    currency: CurrencyAnswer,
}

impl MyTransactionSide {
    fn of(side: StoredSide, account: Option<&ClientAccount>, viewer: ClientId) -> Self {
        let shown = |account: &ClientAccount| {
            if account.account.data.client == viewer { account.into() } else { MyAccount::of_other(account) }
        };
        Self {
            account: account.map(shown),
            amount: side.amount,
            commission: side.commission,
            currency: side.currency.into(),
        }
    }

    fn recorded(&self) -> Value {
        json!({
            "accountId": self.account.as_ref().map(Resource::id),
            "amount": self.amount,
            "commission": self.commission,
            "currency": self.currency.alphabetic_code(),
        })
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        self.currency.localize(localizer);
        if let Some(account) = &mut self.account {
            account.localize(localizer);
        }
    }
}

/// Details of a deposit or a withdrawal.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct MyTransactionMeta {
    /// The hash of the transaction on its block chain; null where there is none.
    blockchain_transaction: Option<String>,
    /// The number of the payment system's invoice; null where there is none.
    invoice: Option<String>,
    /// What the payment system charged, in the currency paid.
    provider_commission: Option<Amount>,
    /// What the payment system was told of this transaction.
    provider_options: List<OptionEntry>,
    /// When these details were first written.
    create_time: Timestamp,
    /// When the invoice was made; null where there is none.
    invoice_time: Option<Timestamp>,
    /// When these details last changed.
    update_time: Option<Timestamp>,
}

impl From<Meta> for MyTransactionMeta {
    fn from(meta: Meta) -> Self {
        Self {
            blockchain_transaction: meta.blockchain_transaction,
            invoice: meta.invoice,
            provider_commission: Some(meta.provider_commission),
            provider_options: meta.provider_options,
            create_time: meta.create_time,
            invoice_time: meta.invoice_time,
            update_time: Some(meta.update_time),
        }
    }
}

/// A record by its id and name.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct NamedAnswer<I> {
    /// Its id.
    id: I,
    /// Its name, in the caller's language where it has one.
    name: String,
    #[serde(skip)]
    resources: List<LocalizedText>,
}

impl<I> From<Named<I>> for NamedAnswer<I> {
    fn from(named: Named<I>) -> Self {
        Self { id: named.id, name: named.name, resources: named.resources }
    }
}

/// A movement of the client's money, or the wish for one.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MyTransaction {
    /// The id by which paths name the transaction.
    transaction_id: TransactionId,
    /// Where the money goes. Before the transaction is done, its amount is an estimate. Never null.
    credit_details: Option<MyTransactionSide>,
    /// Where the money comes from. Never null.
    debit_details: Option<MyTransactionSide>,
    /// The rate from the debit to the credit currency, markups included; 1 where nothing is converted.
    foreign_exchange_rate: Option<Amount>,
    /// Details of a deposit or a withdrawal; null for other kinds.
    meta: Option<MyTransactionMeta>,
    /// The payment method of a deposit or a withdrawal; null for other kinds and where the broker changed a balance.
    method: Option<NamedAnswer<MethodId>>,
    /// Why it failed or was refused; null where no reason was given.
    resolution: Option<NamedAnswer<ResolutionId>>,
    /// How far it is. `done`, `failed`, `rejected`, `cancelled`, `holdFailed` and `refund` are final.
    status: TransactionStatus,
    /// What it does.
    #[serde(rename = "type")]
    kind: TransactionKind,
    /// When it was created.
    create_time: Timestamp,
    /// When its status last changed.
    update_time: Option<Timestamp>,
    /// When it reached a final status; null before.
    processed_time: Option<Timestamp>,
    #[serde(skip)]
    client: Option<ClientId>,
}

impl MyTransaction {
    /// Where it is found.
    pub(crate) fn path(&self) -> String {
        format!("/api/v2/my/transactions/{}", self.transaction_id)
    }
}

impl From<ClientTransaction> for MyTransaction {
    fn from(seen: ClientTransaction) -> Self {
        let ClientTransaction { viewer, transaction, debit, credit } = seen;
        let resolution = transaction.resolution.filter(|_| transaction.status.is_failure());
        Self {
            transaction_id: transaction.id,
            credit_details: Some(MyTransactionSide::of(transaction.credit, credit.as_deref(), viewer)),
            debit_details: Some(MyTransactionSide::of(transaction.debit, debit.as_deref(), viewer)),
            foreign_exchange_rate: Some(transaction.rate),
            meta: transaction.meta.map(MyTransactionMeta::from),
            method: transaction.method.map(NamedAnswer::from),
            resolution: resolution.map(NamedAnswer::from),
            status: transaction.status,
            kind: transaction.kind,
            create_time: transaction.create_time,
            update_time: Some(transaction.update_time),
            processed_time: transaction.processed_time,
            client: Some(transaction.client),
        }
    }
}

impl Resource<Front> for MyTransaction {
    const NAME: &'static str = "operation";
    const CATEGORY: Category = Category::Operation;

    fn id(&self) -> i64 {
        self.transaction_id.get()
    }

    fn client(&self) -> Option<ClientId> {
        self.client
    }

    fn kind(&self) -> Option<&'static str> {
        Some(self.kind.as_str())
    }

    fn waits(&self) -> bool {
        self.status == TransactionStatus::Pending
    }

    /// The accounts by their ids: what they are is not the transaction's.
    fn recorded(&self) -> Result<Value, Problem> {
        Ok(json!({
            "clientId": self.client,
            "type": self.kind,
            "status": self.status,
            "debitDetails": self.debit_details.as_ref().map(MyTransactionSide::recorded),
            "creditDetails": self.credit_details.as_ref().map(MyTransactionSide::recorded),
            "foreignExchangeRate": self.foreign_exchange_rate,
            "methodId": self.method.as_ref().map(|method| method.id),
            "meta": self.meta,
        }))
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        for side in [&mut self.credit_details, &mut self.debit_details].into_iter().flatten() {
            side.localize(localizer);
        }
        if let Some(method) = &mut self.method {
            localizer.localize(&method.resources, "caption", &mut method.name);
        }
        if let Some(resolution) = &mut self.resolution {
            localizer.localize(&resolution.resources, "name", &mut resolution.name);
        }
    }
}

impl FilterSet<Front> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { account: filters.id("accountId"), status: filters.choice("status"), kind: filters.choice("type") }
    }
}

impl SortKey<Front> for Sort {
    const KEYS: &'static [(&'static str, Self)] =
        &[("createTime", Self::CreateTime), ("creditAmount", Self::CreditAmount), ("debitAmount", Self::DebitAmount)];
    const DEFAULT_DIRECTION: Direction = Direction::Descending;
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, Sort>) -> Result<Page<MyTransaction>, Problem> {
    let client = reading.caller.client();
    Ok(client_transactions::list(reading.conn, client, &query.filter, &query.paging)?.map(MyTransaction::from))
}

fn get(reading: &mut Reading<'_>, (id,): (TransactionId,)) -> Result<MyTransaction, Problem> {
    Ok(client_transactions::get(reading.conn, reading.caller.client(), id)?.into())
}
