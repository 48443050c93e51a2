//! Passwords of trading accounts: only their platforms keep them.

use std::sync::Arc;

use domain::identity::Password;
use domain::ledger::AccountId;
use domain::messaging::DeliveredType;
use domain::value::Uuid;
use domain::wizards::Procedure;
use http::request::{Fields, Input, PASSWORD_PATTERN, Parsed, PathIds as _};
use http::{Answer, write};
use outbound::CallKind;
use outbound::gateways::AccountPassword;
use outbound::secrets;
use serde::{Deserialize, Serialize};
use serde_json::json;
use storage::Tx;
use storage::audit::Action;
use storage::credentials::recipients::{self, Recipient};
use storage::credentials::sign_ins::{self, CountedAct};
use storage::payments::account_passwords::{self, PasswordPlace};

use crate::context::AppContext;
use crate::front::credentials::SentCode;
use crate::front::wizards::procedure::{self, Plan, StepData, Taken};
use crate::front::wizards::{UUID, WizardStep};
use crate::front::{Call, Front, Requirement, Routes, audit};
use crate::{Problem, outside};

type PasswordStep = WizardStep<StepData<()>>;

pub(super) fn routes(routes: &mut Routes) {
    let uuid = "6f1c9f0e-8a5d-4c55-9d0b-5d3f2a1b7c42";
    routes
        .get("my.accounts.password-wizard", "/api/v2/my/accounts/{accountId}/password/wizard", Requirement::SignedIn)
        .summary("Start setting another password of a trading account.")
        .describe(
            "A code of the app is awaited next, else of the phone, or one that is mailed where the client has neither. Only accounts on \
             MetaTrader and cTrader have passwords (422).",
        )
        .example_path("/api/v2/my/accounts/3/password/wizard")
        .action::<(), PasswordStep, _>(start);
    routes
        .post("my.accounts.password-confirm", "/api/v2/my/accounts/{accountId}/password/confirm", Requirement::SignedIn)
        .summary("Confirm setting another password with a code.")
        .describe("The password is awaited next.")
        .example_at("/api/v2/my/accounts/3/password/confirm", json!({"uuid": uuid, "code": "492039"}))
        .action::<SentCode, PasswordStep, _>(confirm);
    routes
        .put("my.accounts.password-change", "/api/v2/my/accounts/{accountId}/password", Requirement::SignedIn)
        .summary("Set another password of a trading account.")
        .describe(
            "The platform is asked at once. One that does not answer is 503: the same call can be sent again. A password that \
             the platform does not take is 422.",
        )
        .example_at("/api/v2/my/accounts/3/password", json!({"uuid": uuid, "password": "Secret124"}))
        .action::<NewPassword, PasswordStep, _>(change);
    routes
        .post("my.accounts.password-restore", "/api/v2/my/accounts/{accountId}/password/restore", Requirement::SignedIn)
        .summary("Have a new password made for a trading account and mailed to the client.")
        .describe(
            "The former password is of no use from then on. After a 503 the platform may have set one that was not mailed: \
             another call makes a new one. Five a minute are made, then none for a while (429).",
        )
        .example_path("/api/v2/my/accounts/3/password/restore")
        .silent_action::<(), _>(restore);
}

/// The account whose password is to be set.
#[derive(Serialize, Deserialize)]
struct PasswordChange {
    account: AccountId,
}

impl Plan for PasswordChange {
    const PROCEDURE: Procedure = Procedure::AccountPassword;
    type Data = StepData<()>;
    const IS_COMPLETED_LATER: bool = true;
    const HAS_CHOICE: bool = false;

    fn carry_out(&self, _: &AppContext, call: &Call, tx: &mut Tx<'_>) -> Result<Option<Self::Data>, Problem> {
        note(call, tx, self.account)?;
        Ok(None)
    }
}

fn note(call: &Call, tx: &mut Tx<'_>, account: AccountId) -> Result<(), Problem> {
    let session = &call.caller()?.session;
    let client = (session.client, session.email.as_str());
    Ok(audit::note(tx, call, client, ("account_password", Action::Update), &json!({"id": account}))?)
}

struct NewPassword {
    uuid: Uuid,
    password: Password,
}

impl Input<Front> for NewPassword {
    type Current = ();
    const NAME: Option<&'static str> = Some("NewMyAccountPassword");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let uuid = fields.about("The run that the wizard call answered.").needed("uuid", &UUID);
        let password = fields.about("The password.").needed("password", &Parsed::matching(PASSWORD_PATTERN));
        Some(Self { uuid: uuid?, password: password? })
    }
}

fn account_of(call: &Call) -> Result<AccountId, Problem> {
    let (account,) = <(AccountId,)>::from_segments(&call.segments).ok_or_else(Problem::not_found)?;
    Ok(account)
}

async fn start(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let account = account_of(&call)?;
    let step = move |app: &AppContext, call: &Call, tx: &mut Tx<'_>| -> Result<Taken, Problem> {
        account_passwords::place(tx.conn, call.caller()?.client(), account)?;
        procedure::start(app, call, tx, &PasswordChange { account })
    };
    procedure::take(app, call, step).await
}

async fn confirm(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let account = account_of(&call)?;
    let SentCode { uuid, code } = call.body::<SentCode>().create()?;
    let step = move |app: &AppContext, call: &Call, tx: &mut Tx<'_>| -> Result<Taken, Problem> {
        account_passwords::place(tx.conn, call.caller()?.client(), account)?;
        procedure::try_code_of::<PasswordChange>(app, call, tx, &uuid, &code)
    };
    procedure::take(app, call, step).await
}

async fn change(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let (account, client) = (account_of(&call)?, call.caller()?.client());
    let NewPassword { uuid, password } = call.body::<NewPassword>().create()?;
    let (calling, run) = (Arc::clone(&call), uuid.clone());
    let place = write(&app.database, move |tx| {
        let place = account_passwords::place(tx.conn, client, account)?;
        let (_, plan) = procedure::confirmed::<PasswordChange>(&calling, tx, &run)?;
        if plan.account == account { Ok(place) } else { Err(Problem::not_found()) }
    });
    set(&app, place.await?, password).await?;
    let (sharing, calling) = (Arc::clone(&app), Arc::clone(&call));
    write(&app.database, move |tx| procedure::complete::<PasswordChange>(&sharing, &calling, tx, &uuid)).await
}

async fn restore(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let (account, client) = (account_of(&call)?, call.caller()?.client());
    let (sharing, calling) = (Arc::clone(&app), Arc::clone(&call));
    let place = write(&app.database, move |tx| {
        let place = account_passwords::place(tx.conn, client, account)?;
        if !sharing.outbound.sends_mail(tx.conn)? {
            return Err(Problem::unavailable("a password should be mailed, but no SMTP server is set up"));
        }
        // Nobody who holds a token floods a mailbox, or keeps the client out of the platform.
        match sign_ins::count(tx, CountedAct::AccountPassword, &client.to_string(), calling.ip)? {
            Ok(()) => Ok(place),
            Err(until) => Err(Problem::too_many(until, tx.now)),
        }
    });
    let (place, password) = (place.await?, secrets::password()?);
    set(&app, place.clone(), password.clone()).await?;
    let (sharing, calling) = (Arc::clone(&app), Arc::clone(&call));
    let mailed = write(&app.database, move |tx| {
        let recipient = recipients::of_client(tx.conn, client)?;
        mail(&sharing, tx, &recipient, &place, &password)?;
        note(&calling, tx, account)?;
        Ok::<_, Problem>(Answer::empty())
    });
    mailed.await
}

/// Has the platform set a password. Without an answer it may have done so: then the client asks again, for the same
/// password or for another new one.
async fn set(app: &AppContext, place: PasswordPlace, password: Password) -> Result<(), Problem> {
    let asked = outside::ask(app, move |outbound| {
        let password = AccountPassword { account: &place.number, password: &password };
        outbound
            .measured(CallKind::PlatformQuestion, |adapters| adapters.gateway.set_password(&place.gateway, &password))
    });
    asked.await?.map_err(|error| outside::refused_by_platform(&error))
}

fn mail(
    app: &AppContext,
    tx: &mut Tx<'_>,
    recipient: &Recipient,
    place: &PasswordPlace,
    password: &Password,
) -> Result<(), Problem> {
    let Recipient { first_name, email, locale, .. } = recipient;
    let (number, platform, password) = (place.number.as_str(), place.platform.as_str(), password.expose());
    let values =
        [("firstName", first_name.as_str()), ("accountNumber", number), ("platform", platform), ("password", password)];
    if !app.outbound.notify_client(tx, DeliveredType::AccountPassword, email, locale, &values)? {
        // Nobody is locked out because the type was switched off.
        let text = format!("The new password of your account {number} on {platform} is {password}\n");
        app.outbound.put_mail(tx, email, "The new password of your trading account", &text)?;
    }
    Ok(())
}
