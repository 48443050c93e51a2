//! The client deposits money.

use std::sync::Arc;

use domain::clients::ClientId;
use domain::payments::{DepositDecision, DepositMode, DepositNext, PaymentsFault};
use domain::value::{FaultCode as _, Localizer};
use http::request::{Boolean, Decimal, Fields, Id, Input, Text};
use http::routes::{Resource, made};
use http::{Answer, CallFault, Effect, answer_instead, answer_once, write};
use outbound::CallKind;
use outbound::payment_systems::{PaymentAccess, PaymentAddress, PaymentBegun, PaymentError};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use storage::audit::Action;
use storage::identity::system_logs::Category;
use storage::payments::client_orders::{ClientOrder, PaymentRoute};
use storage::payments::deposit_addresses::{self, AskedAddress, WantedAddress};
use storage::payments::payment_systems::{self, AskedPayment, ConnectedSystem, Unpaid};
use storage::payments::{client_transactions, deposits};
use storage::{Error, Tx};

use super::method_values::MethodValues;
use crate::context::AppContext;
use crate::front::ledger::MyTransaction;
use crate::front::{Call, Front, Requirement, Routes, audit};
use crate::{Problem, outside};

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
        .action::<SentDeposit, DepositResult, _>(make);
    routes
        .post("my.deposits.async", "/api/v2/my/deposits", Requirement::SignedIn)
        .summary("Start a deposit whose end comes by WebSocket.")
        .describe(
            "The body is that of the synchronous deposit. The end comes as the event `deposit_done` or \
             `deposit_failed`.",
        )
        .example(example)
        .status(202)
        .action::<SentDeposit, DepositResult, _>(start);
}

/// What the client sends.
enum SentDeposit {
    Order(ClientOrder),
    /// Nothing is made.
    Preview(ClientOrder),
    /// The address to pay any amount to is asked for.
    Address(PaymentRoute),
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
        let amount = fields
            .about(
                "How much is paid, in that currency. For coins and stablecoins it can be left out: the answer is an address to \
                 which any amount can be paid.",
            )
            .nullable_new("amount", &Decimal::Positive);
        let is_pretend = fields
            .about("Whether nothing is made, and the answer only shows what would be.")
            .nullable_new("isPretend", &Boolean);
        let app_instance =
            fields.about("The instance of the client's program.").nullable_new("appInstanceId", &Text::SHORT);
        let values = fields.about("The values of the method's own fields.").nullable_new("data", &MethodValues);
        let route = PaymentRoute {
            account: account?,
            method: method?,
            payment_currency: payment_currency?,
            fields: values?.unwrap_or_default(),
            app_instance: app_instance?,
        };
        match (amount?, is_pretend?.unwrap_or(false)) {
            (Some(amount), false) => Some(Self::Order(ClientOrder { route, amount })),
            (Some(amount), true) => Some(Self::Preview(ClientOrder { route, amount })),
            (None, false) => Some(Self::Address(route)),
            (None, true) => fields.fault("amount", PaymentsFault::AmountMissing.fault()),
        }
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
    /// The transaction; null for a preview, and for an address that makes one of each payment to it.
    transaction: Option<MyTransaction>,
    /// Of a preview, the transaction that would be made: it has the id 0 and the status `new`. Of a payment system, what it
    /// wants the client to be shown, such as the address of its page.
    #[schemars(with = "Map<String, Value>")]
    data: DepositData,
}

/// What a preview shows, or what a payment system says; without fields where a user decides.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
enum DepositData {
    Preview(Box<MyTransaction>),
    Begun(Map<String, Value>),
}

impl DepositResult {
    fn made(transaction: MyTransaction, PaymentBegun { next, data }: PaymentBegun) -> Self {
        Self { next, transaction: Some(transaction), data: DepositData::Begun(data) }
    }

    fn address(data: Map<String, Value>) -> Self {
        Self { next: DepositNext::Address, transaction: None, data: DepositData::Begun(data) }
    }

    fn preview(transaction: MyTransaction) -> Self {
        let data = DepositData::Preview(Box::new(transaction));
        Self { next: DepositNext::Preview, transaction: None, data }
    }

    fn path(&self) -> Option<String> {
        self.transaction.as_ref().map(MyTransaction::path)
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

    fn recorded(&self) -> Result<Value, Problem> {
        self.transaction.as_ref().map_or(Ok(Value::Null), Resource::recorded)
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        if let Some(transaction) = &mut self.transaction {
            transaction.localize(localizer);
        }
        match &mut self.data {
            DepositData::Preview(transaction) => transaction.localize(localizer),
            DepositData::Begun(_) => {}
        }
    }
}

async fn make(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    deposit(app, call, DepositMode::Synchronous, 200).await
}

async fn start(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    deposit(app, call, DepositMode::Asynchronous, 202).await
}

async fn deposit(app: Arc<AppContext>, call: Arc<Call>, mode: DepositMode, status: u16) -> Result<Answer, Problem> {
    match call.body::<SentDeposit>().create()? {
        SentDeposit::Order(asked) => order(app, call, asked, mode, status).await,
        SentDeposit::Preview(asked) => preview(&app, &call, asked).await,
        SentDeposit::Address(route) => give_address(&app, &call, route, status).await,
    }
}

async fn preview(app: &AppContext, call: &Arc<Call>, order: ClientOrder) -> Result<Answer, Problem> {
    let requester = call.caller()?.requester(call);
    let preview = write(&app.database, move |tx| {
        let preview = deposits::preview(tx, requester, &order)?;
        Ok::<_, Problem>(client_transactions::of_client(tx.conn, requester.client, preview)?.into())
    });
    made(200, DepositResult::preview(preview.await?), None, call)
}

/// Makes a deposit, and then asks its payment system to begin the payment, where it has one.
async fn order(
    app: Arc<AppContext>,
    call: Arc<Call>,
    order: ClientOrder,
    mode: DepositMode,
    status: u16,
) -> Result<Answer, Problem> {
    let (sharing, calling) = (Arc::clone(&app), Arc::clone(&call));
    let written = write(&app.database, move |tx| {
        let mut pending = None;
        let answer = answer_once::<Front>(&sharing, &calling, tx, |tx| {
            let (transaction, asked) = request(&sharing, &calling, tx, &order, mode)?;
            let answer = match asked {
                None => answered(status, transaction, PaymentBegun::waiting(), &calling)?,
                Some((access, payment)) => {
                    pending = Some((transaction, access, payment));
                    // A repeated call is told this until the payment system has answered.
                    Answer::refusal(&Problem::conflict(CallFault::IdempotencyKeyInUse), &calling)
                }
            };
            Ok(Effect::new(answer, None))
        });
        answer.map(|answer| (answer, pending))
    });
    match written.await? {
        (answer, None) => Ok(answer),
        // Goes on where the caller is gone, or does not wait any longer.
        (_, Some((transaction, access, payment))) => {
            let begun = actix_web::rt::spawn(begin(app, call, transaction, access, payment, status));
            begun.await.map_err(|error| Problem::internal(error.to_string()))?
        }
    }
}

type Pending = (PaymentAccess, AskedPayment);

fn request(
    app: &AppContext,
    call: &Call,
    tx: &mut Tx<'_>,
    order: &ClientOrder,
    mode: DepositMode,
) -> Result<(MyTransaction, Option<Pending>), Problem> {
    let requester = call.caller()?.requester(call);
    let (deposit, asked) = match payment_systems::asked_of(tx.conn, order.route.method)? {
        None => (deposits::request(tx, requester, order, mode, DepositDecision::User)?, None),
        Some(system) => {
            let (deposit, payment) = payment_systems::begin(tx, requester, order, mode)?;
            (deposit, Some((access_of(app, &system)?, payment)))
        }
    };
    let transaction = MyTransaction::from(client_transactions::of_client(tx.conn, requester.client, deposit)?);
    audit::note_record(tx, call, Action::Add, &transaction)?;
    Ok((transaction, asked))
}

fn access_of(app: &AppContext, system: &ConnectedSystem) -> Result<PaymentAccess, Problem> {
    let access = PaymentAccess::of(&system.connection, &app.secret);
    access.ok_or_else(|| Problem::unavailable("a payment system's secret does not open"))
}

fn answered(status: u16, transaction: MyTransaction, begun: PaymentBegun, call: &Call) -> Result<Answer, Problem> {
    let result = DepositResult::made(transaction, begun);
    let location = result.path();
    made(status, result, location, call)
}

/// Begins the payment of a deposit that is stored. Where it does not begin, the deposit has failed; should it have begun
/// unheard, the money that arrives makes a new one.
async fn begin(
    app: Arc<AppContext>,
    call: Arc<Call>,
    transaction: MyTransaction,
    access: PaymentAccess,
    payment: AskedPayment,
    status: u16,
) -> Result<Answer, Problem> {
    let deposit = payment.deposit;
    let asked = outside::ask(&app, move |outbound| {
        outbound.measured(CallKind::PaymentSystem, |adapters| adapters.payment_system.begin(&access, &payment))
    });
    let asked = asked.await;
    let (problem, reason) = match asked {
        Ok(Ok(begun)) => {
            let answer = answered(status, transaction, begun, &call)?;
            keep(&app, call, answer.clone()).await;
            return Ok(answer);
        }
        Ok(Err(error)) => (refused(&error), error.to_string()),
        Err(problem) => (problem, "too many payments begin at once".to_owned()),
    };
    let sharing = Arc::clone(&app);
    let failed = write(&app.database, move |tx| {
        let client = call.caller()?.client();
        let answer = match payment_systems::fail(tx, deposit, &reason)? {
            Unpaid::Failed(failed) => {
                let failed = MyTransaction::from(client_transactions::of_client(tx.conn, client, failed)?);
                audit::note_record(tx, &call, Action::Update, &failed)?;
                Err(problem.clone())
            }
            Unpaid::Settled(settled) => {
                let settled = client_transactions::of_client(tx.conn, client, settled)?.into();
                Ok(answered(status, settled, PaymentBegun::waiting(), &call)?)
            }
        };
        answer_instead::<Front>(&sharing, &call, tx, answer.as_ref())?;
        Ok::<_, Problem>(answer)
    });
    failed.await?
}

/// Keeps the answer for a repeated call. The payment has begun, whether or not this works.
async fn keep(app: &Arc<AppContext>, call: Arc<Call>, answer: Answer) {
    if !call.is_keyed() {
        return;
    }
    let sharing = Arc::clone(app);
    let kept = write(&app.database, move |tx| answer_instead::<Front>(&sharing, &call, tx, Ok(&answer)));
    if let Err(problem) = kept.await {
        log::warn!("the answer to a deposit is not kept for its repetition: {}", problem.status);
    }
}

/// Why a payment system did not do what a client asked for.
fn refused(error: &PaymentError) -> Problem {
    match error {
        PaymentError::Refused(reason) => {
            log::warn!("a payment system refuses: {reason}");
            Problem::unprocessable(PaymentsFault::RefusedByPaymentSystem)
        }
        PaymentError::Unanswered(_) => Problem::unavailable(error.to_string()),
    }
}

/// Answers the address to which the client pays any amount; the payment system is asked for it the first time.
async fn give_address(
    app: &Arc<AppContext>,
    call: &Arc<Call>,
    route: PaymentRoute,
    status: u16,
) -> Result<Answer, Problem> {
    let requester = call.caller()?.requester(call);
    let wanted = write(&app.database, move |tx| deposit_addresses::wanted(tx, requester, &route));
    let data = match wanted.await? {
        WantedAddress::Known(data) => data,
        WantedAddress::Asked(asked) => {
            let (system, asked) = *asked;
            let access = access_of(app, &system)?;
            let question = asked.clone();
            let address = outside::ask(app, move |outbound| {
                outbound
                    .measured(CallKind::PaymentSystem, |adapters| adapters.payment_system.address(&access, &question))
            });
            let address = address.await?.map_err(|error| refused(&error))?;
            let calling = Arc::clone(call);
            let kept = write(&app.database, move |tx| keep_address(tx, &calling, &asked, &address));
            kept.await?
        }
    };
    made(status, DepositResult::address(data), None, call)
}

fn keep_address(
    tx: &mut Tx<'_>,
    call: &Call,
    asked: &AskedAddress,
    PaymentAddress { address, data }: &PaymentAddress,
) -> Result<Map<String, Value>, Problem> {
    let (kept, is_new) = deposit_addresses::keep(tx, asked, address, data).map_err(|error| match error {
        Error::Taken => Problem::unavailable("a payment system gave one address twice"),
        error => error.into(),
    })?;
    if is_new {
        let AskedAddress { account, method, currency, payer, .. } = asked;
        let email = &call.caller()?.session.email;
        let details = json!({"new": {
            "accountId": account, "methodId": method, "currencyCode": currency, "address": address,
        }});
        audit::note(tx, call, (payer.client, email), ("deposit_address", Action::Add), &details)?;
    }
    Ok(kept)
}
