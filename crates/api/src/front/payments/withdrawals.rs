//! The client withdraws money.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::ledger::{AccountId, Amount, CurrencyCode, MethodId};
use domain::payments::{MonitoringDirection, PaymentsFault, WALLET_FIELD, asks_for_wallet};
use domain::value::{FaultCode as _, Field, Uuid};
use domain::wizards::Procedure;
use http::Answer;
use http::request::{Boolean, Decimal, Fields, Id, Input};
use outbound::MonitoredTransaction;
use serde::{Deserialize, Serialize};
use serde_json::json;
use storage::Tx;
use storage::audit::Action;
use storage::payments::client_orders::{ClientOrder, PaymentRoute};
use storage::payments::{client_transactions, monitorings, withdrawals};

use super::method_values::MethodValues;
use crate::Problem;
use crate::context::AppContext;
use crate::front::ledger::MyTransaction;
use crate::front::wizards::procedure::{self, Confirmation, Plan, StepData, Taken};
use crate::front::wizards::{UUID, WizardStep};
use crate::front::{Call, Front, Requirement, Routes, audit};

pub(super) fn routes(routes: &mut Routes) {
    const WIZARD: &str = "/api/v2/my/withdrawals/wizard";
    routes
        .get("my.withdrawals.wizard", WIZARD, Requirement::SignedIn)
        .summary("Start a withdrawal.")
        .describe("The form is awaited next: the data of the withdrawal.")
        .action::<(), WizardStep<StepData<MyTransaction>>, _>(procedure::begin::<Withdrawal>);
    routes
        .post("my.withdrawals.create", "/api/v2/my/withdrawals", Requirement::SignedIn)
        .summary("Give the data of a withdrawal.")
        .describe(
            "The amount is in the currency of the account; commissions are taken out of it. A code is awaited next, unless \
             none is asked for: then the withdrawal is made. With `isPretend` nothing is made, and the form is still \
             awaited: `data` shows the transaction that would be.",
        )
        .example(json!({
            "uuid": "6f1c9f0e-8a5d-4c55-9d0b-5d3f2a1b7c42", "accountId": 1, "methodId": 4, "amount": "10",
            "currencyCode": 840, "data": {"comment": "rent"},
        }))
        .action::<SentWithdrawal, WizardStep<StepData<MyTransaction>>, _>(create);
    routes
        .post("my.withdrawals.confirm", WIZARD, Requirement::SignedIn)
        .summary("Confirm a withdrawal with a code.")
        .describe(
            "All is checked again: what the account has and the limits may have changed (422). The last step answers the \
             transaction.",
        )
        .example(json!({"uuid": "6f1c9f0e-8a5d-4c55-9d0b-5d3f2a1b7c42", "code": "492039"}))
        .action::<Confirmation, WizardStep<StepData<MyTransaction>>, _>(confirm);
}

/// A withdrawal as the client wants it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Withdrawal {
    account: AccountId,
    method: MethodId,
    amount: Amount,
    currency: CurrencyCode,
    fields: BTreeMap<String, String>,
}

impl Withdrawal {
    fn order(&self) -> ClientOrder {
        let route = PaymentRoute {
            account: self.account,
            method: self.method,
            payment_currency: self.currency,
            fields: self.fields.clone(),
            app_instance: None,
        };
        ClientOrder { route, amount: self.amount }
    }

    fn wallet(&self) -> Option<&str> {
        self.fields.get(WALLET_FIELD).map(String::as_str).filter(|wallet| !wallet.is_empty())
    }

    /// Money that is no state's is paid to a wallet.
    fn check_wallet(&self) -> Result<(), Problem> {
        if self.wallet().is_none() && asks_for_wallet(self.currency) {
            return Err(Problem::from(PaymentsFault::MethodFieldMissing.at(Field::WalletAddress).unprocessable()));
        }
        Ok(())
    }

    /// What would be made now.
    fn preview(&self, call: &Call, tx: &mut Tx<'_>) -> Result<MyTransaction, Problem> {
        self.check_wallet()?;
        let requester = call.caller()?.requester(call);
        let preview = withdrawals::preview(tx, requester, &self.order(), self.wallet())?;
        Ok(client_transactions::of_client(tx.conn, requester.client, preview)?.into())
    }
}

impl Plan for Withdrawal {
    const PROCEDURE: Procedure = Procedure::Withdrawal;
    type Data = StepData<MyTransaction>;

    fn carry_out(&self, app: &AppContext, call: &Call, tx: &mut Tx<'_>) -> Result<Option<Self::Data>, Problem> {
        self.check_wallet()?;
        let caller = call.caller()?;
        let requester = caller.requester(call);
        let order = self.order();
        let preview = withdrawals::preview(tx, requester, &order, self.wallet())?;
        let review = app.outbound.adapters.monitor.as_ref().map(|monitor| {
            monitor.review(&MonitoredTransaction {
                transaction: preview.id,
                direction: MonitoringDirection::Withdraw,
                amount: preview.debit.amount,
                usd_worth: preview.usd_worth,
            })
        });
        let status = review.as_ref().map(|review| review.status);
        let made = withdrawals::request(tx, requester, &order, status, self.wallet())?;
        if let Some(review) = &review {
            let subject = (requester.client, made.id, MonitoringDirection::Withdraw);
            monitorings::insert(tx, &caller.scope(), subject, review)?;
        }
        let made = MyTransaction::from(client_transactions::of_client(tx.conn, requester.client, made)?);
        audit::note_record(tx, call, Action::Add, &made)?;
        Ok(Some(StepData::Done(made)))
    }
}

/// What the client sends.
struct SentWithdrawal {
    uuid: Uuid,
    withdrawal: Withdrawal,
    is_pretend: bool,
}

impl Input<Front> for SentWithdrawal {
    type Current = ();
    const NAME: Option<&'static str> = Some("NewMyWithdrawal");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let uuid = fields.about("The run that the wizard call answered.").needed("uuid", &UUID);
        let account = fields.about("The account of the client that pays.").needed("accountId", &Id::of());
        let method = fields.about("The method.").needed("methodId", &Id::of());
        let amount = fields.about("How much, in the currency of the account.").needed("amount", &Decimal::Positive);
        let currency = fields
            .about("The numeric code of the currency that is paid out, one of the payment system's.")
            .needed("currencyCode", &Id::of());
        let is_pretend = fields
            .about("Whether nothing is made, and the answer only shows what would be.")
            .nullable_new("isPretend", &Boolean);
        let values = fields
            .about("The values of the method's own fields, `wallet_address` where it pays to wallets, and a `comment`.")
            .nullable_new("data", &MethodValues);
        Some(Self {
            uuid: uuid?,
            withdrawal: Withdrawal {
                account: account?,
                method: method?,
                amount: amount?,
                currency: currency?,
                fields: values?.unwrap_or_default(),
            },
            is_pretend: is_pretend?.unwrap_or(false),
        })
    }
}

async fn create(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let SentWithdrawal { uuid, withdrawal, is_pretend } = call.body::<SentWithdrawal>().create()?;
    let step = move |app: &AppContext, call: &Call, tx: &mut Tx<'_>| -> Result<Taken, Problem> {
        // A run that is not there is told first.
        procedure::check_form_awaited::<Withdrawal>(call, tx, &uuid)?;
        let preview = withdrawal.preview(call, tx)?;
        if is_pretend {
            let step = WizardStep::next(uuid.clone(), "form", Some(StepData::Done(preview)));
            return Ok((Answer::json(&step)?, None));
        }
        procedure::fill_in(app, call, tx, &uuid, &withdrawal)
    };
    procedure::take(app, call, step).await
}

async fn confirm(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let sent = call.body::<Confirmation>().create()?;
    procedure::take(app, call, move |app, call, tx| procedure::confirm::<Withdrawal>(app, call, tx, &sent)).await
}
