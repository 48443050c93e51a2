//! The client deposits money.

use domain::clients::ClientId;
use domain::payments::{DepositMode, DepositNext};
use domain::value::Localizer;
use http::request::{Boolean, Decimal, Fields, Id, Input, Text};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use storage::identity::system_logs::Category;
use storage::payments::client_orders::ClientOrder;
use storage::payments::{client_transactions, deposits};

use super::method_values::MethodValues;
use crate::Problem;
use crate::front::ledger::MyTransaction;
use crate::front::{Body, Front, Requirement, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    let example = json!({
        "accountId": 1, "methodId": 3, "currencyCode": 840, "amount": "100", "isPretend": true,
        "data": {"iban": "DE89370400440532013000"},
    });
    routes
        .post("my.deposits.sync", "/api/v2/my/deposits/sync", Requirement::SignedIn)
        .summary("Make a deposit and get its result at once.")
        .describe(
            "The amount is in the currency of the payment system, one of those of the method. The money comes once a \
             user or the payment system has confirmed it. With `isPretend` nothing is made: the answer shows what \
             would be.",
        )
        .example(example.clone())
        .status(200)
        .created_at(DepositResult::path, make);
    routes
        .post("my.deposits.async", "/api/v2/my/deposits", Requirement::SignedIn)
        .summary("Start a deposit whose end comes by WebSocket.")
        .describe(
            "The body is that of the synchronous deposit. The end comes as the event `deposit_done` or \
             `deposit_failed`.",
        )
        .example(example)
        .status(202)
        .created_at(DepositResult::path, start);
}

/// What the client sends.
struct SentDeposit {
    order: ClientOrder,
    is_pretend: bool,
}

impl Input<Front> for SentDeposit {
    type Current = ();
    const NAME: Option<&'static str> = Some("NewMyDeposit");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let account = fields.about("The account of the client that is credited.").needed("accountId", &Id::of());
        let method = fields.about("The method.").needed("methodId", &Id::of());
        let payment_currency = fields
            .about("The numeric code of the currency that is paid, one of the payment system's.")
            .needed("currencyCode", &Id::of());
        let amount = fields.about("How much is paid, in that currency.").needed("amount", &Decimal::Positive);
        let is_pretend = fields
            .about("Whether nothing is made, and the answer only shows what would be.")
            .nullable_new("isPretend", &Boolean);
        let app_instance =
            fields.about("The instance of the client's program.").nullable_new("appInstanceId", &Text::SHORT);
        let values = fields.about("The values of the method's own fields.").nullable_new("data", &MethodValues);
        Some(Self {
            order: ClientOrder {
                account: account?,
                method: method?,
                amount: amount?,
                payment_currency: payment_currency?,
                fields: values?.unwrap_or_default(),
                app_instance: app_instance?,
            },
            is_pretend: is_pretend?.unwrap_or(false),
        })
    }
}

/// What became of a deposit.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyDepositResult")]
#[serde(rename_all = "camelCase")]
struct DepositResult {
    /// What the client's program does next.
    #[serde(rename = "type")]
    next: DepositNext,
    /// The transaction; null for a preview.
    transaction: Option<MyTransaction>,
    /// Of a preview, the transaction that would be made: it has the id 0 and the status `new`.
    #[schemars(with = "Map<String, Value>")]
    data: DepositData,
}

/// What a preview shows; without fields where something was made.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
enum DepositData {
    Preview(Box<MyTransaction>),
    Nothing {},
}

impl DepositResult {
    fn made(transaction: MyTransaction) -> Self {
        Self { next: DepositNext::Message, transaction: Some(transaction), data: DepositData::Nothing {} }
    }

    fn preview(transaction: MyTransaction) -> Self {
        let data = DepositData::Preview(Box::new(transaction));
        Self { next: DepositNext::Preview, transaction: None, data }
    }

    fn path(&self) -> String {
        self.transaction.as_ref().map(MyTransaction::path).unwrap_or_default()
    }
}

impl Resource<Front> for DepositResult {
    const NAME: &'static str = <MyTransaction as Resource<Front>>::NAME;
    const CATEGORY: Category = <MyTransaction as Resource<Front>>::CATEGORY;

    fn id(&self) -> i64 {
        self.transaction.as_ref().map(Resource::id).unwrap_or_default()
    }

    fn client(&self) -> Option<ClientId> {
        self.transaction.as_ref().and_then(Resource::client)
    }

    fn kind(&self) -> Option<&'static str> {
        self.transaction.as_ref().and_then(Resource::kind)
    }

    fn is_preview(&self) -> bool {
        self.transaction.is_none()
    }

    fn recorded(&self) -> Result<Value, Problem> {
        self.transaction.as_ref().map_or(Ok(Value::Null), Resource::recorded)
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        if let Some(transaction) = &mut self.transaction {
            transaction.localize(localizer);
        }
        match &mut self.data {
            DepositData::Preview(transaction) => transaction.localize(localizer),
            DepositData::Nothing {} => {}
        }
    }
}

fn deposit(writing: &mut Writing<'_, '_>, sent: SentDeposit, mode: DepositMode) -> Result<DepositResult, Problem> {
    let SentDeposit { order, is_pretend } = sent;
    let requester = writing.caller.requester(writing.call);
    if is_pretend {
        let preview = deposits::preview(writing.tx, requester, &order)?;
        let preview = client_transactions::of_client(writing.tx.conn, requester.client, preview)?;
        return Ok(DepositResult::preview(preview.into()));
    }
    let made = deposits::request(writing.tx, requester, &order, mode)?;
    Ok(DepositResult::made(client_transactions::of_client(writing.tx.conn, requester.client, made)?.into()))
}

fn make(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, SentDeposit>) -> Result<DepositResult, Problem> {
    deposit(writing, body.create()?, DepositMode::Synchronous)
}

fn start(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, SentDeposit>) -> Result<DepositResult, Problem> {
    deposit(writing, body.create()?, DepositMode::Asynchronous)
}
