use std::sync::Arc;

use domain::clients::ClientId;
use domain::identity::IdentityFault;
use domain::messaging::DeliveredType;
use domain::value::{Locale, Timestamp, Uuid};
use domain::wizards::{CodeMethod, Decision, Outcome, Procedure, Run, Step, WizardsFault};
use http::Answer;
use outbound::secrets::{six_digits, token_hash};
use storage::connections::templates;
use storage::credentials::recipients::Recipient;
use storage::credentials::second_factors;
use storage::wizards::runs::{self, HeldRun};
use storage::{DbConnection, Error, Tx};

use super::refused;
use crate::context::AppContext;
use crate::front::Call;
use crate::{Problem, outside, totp};

/// A text to a phone, which is sent once the transaction is committed, since the service is asked outside of it.
#[must_use]
pub(crate) struct CodeText {
    to: String,
    text: String,
}

/// Where a run stands after a step, and what is still to be sent.
pub(crate) struct Awaited {
    /// The transition to be stored.
    pub decision: Decision,
    /// The code, where it goes to a phone.
    pub text: Option<CodeText>,
}

/// Goes on from a transition: where a code is awaited that is sent, it is sent. `recipient` says to whom.
///
/// # Errors
/// A refusal where no more codes are sent; a 503 where there is nothing to send them with.
pub(crate) fn proceed(
    app: &AppContext,
    tx: &mut Tx<'_>,
    uuid: &Uuid,
    held: &HeldRun,
    decision: Decision,
    recipient: impl FnOnce(&mut DbConnection, &Run) -> Result<Recipient, Error>,
) -> Result<Awaited, Problem> {
    let method = decision.run.next().and_then(|step| decision.run.method(step));
    let is_sent = match method {
        Some(CodeMethod::Email | CodeMethod::Sms) => true,
        Some(CodeMethod::App) | None => false,
    };
    if !is_sent {
        return Ok(Awaited { decision, text: None });
    }
    let recipient = recipient(tx.conn, &decision.run)?;
    let code = six_digits()?;
    let hash = app.secret.code_hash(&token_hash(uuid.as_str()), &code);
    let sent = decision.run.send_code(hash.to_vec(), &held.context).map_err(|refusal| refused(refusal, tx.now))?;
    let text = match method {
        Some(CodeMethod::Sms) => Some(text_of(tx.conn, &recipient, &code)?),
        Some(CodeMethod::Email | CodeMethod::App) | None => {
            let expires_at = sent.run.code.as_ref().map_or(tx.now, |code| code.expires_at);
            mail(app, tx, decision.run.procedure, &recipient, &code, expires_at)?;
            None
        }
    };
    Ok(Awaited { decision: sent, text })
}

fn text_of(conn: &mut DbConnection, recipient: &Recipient, code: &str) -> Result<CodeText, Problem> {
    let Some(to) = recipient.phone.clone() else {
        return Err(Problem::unavailable("a code should go to a phone, but the client has no number"));
    };
    let locale = Locale::from_accept_language(&recipient.locale.to_string().replace('_', "-"));
    Ok(CodeText { to, text: templates::of_codes(conn)?.data.message(code, &locale) })
}

/// The mail that brings the code of a procedure.
const fn mail_of(procedure: Procedure) -> DeliveredType {
    match procedure {
        Procedure::Registration => DeliveredType::RegisterConfirm,
        Procedure::SignIn | Procedure::PasswordRecovery => DeliveredType::RestorePassword,
        Procedure::PasswordChange => DeliveredType::ChangePassword,
        Procedure::PhoneChange
        | Procedure::AddressChange
        | Procedure::ProfileChange
        | Procedure::ClientTypeChange
        | Procedure::WhitelistCreate
        | Procedure::WhitelistChange
        | Procedure::WhitelistDelete
        | Procedure::Withdrawal
        | Procedure::AppOn
        | Procedure::SmsOn
        | Procedure::SecondFactorOff
        | Procedure::AntiPhishingCode
        | Procedure::Deactivation
        | Procedure::AccountPassword => DeliveredType::ConfirmationCode,
    }
}

fn mail(
    app: &AppContext,
    tx: &mut Tx<'_>,
    procedure: Procedure,
    recipient: &Recipient,
    code: &str,
    expires_at: Timestamp,
) -> Result<(), Problem> {
    if !app.outbound.sends_mail(tx.conn)? {
        return Err(Problem::unavailable("a code should be mailed, but no SMTP server is set up"));
    }
    let minutes = expires_at.since(tx.now).num_minutes().to_string();
    let Recipient { first_name, email, locale, .. } = recipient;
    let values =
        [("code", code), ("minutes", minutes.as_str()), ("firstName", first_name.as_str()), ("email", email.as_str())];
    if !app.outbound.notify_client(tx, mail_of(procedure), email, locale, &values)? {
        // Nobody is locked out because the type was switched off.
        let text = format!("Your code is {code}. It is good for {minutes} minutes and works once.\n");
        app.outbound.put_mail(tx, email, "Your confirmation code", &text)?;
    }
    Ok(())
}

/// What came of a code.
pub(crate) enum Tried {
    /// It was right: the transition to go on from, and the step of time of a code of an app.
    Right(Decision, Option<i64>),
    /// It was wrong, which is counted already. An answer and not an error, so that it stays counted.
    Wrong(Answer),
}

/// Tries the code that the run awaits. `secret` is that of an app that is still to be switched on.
///
/// # Errors
/// A refusal where no code can be tried now.
pub(crate) fn try_code(
    app: &AppContext,
    call: &Call,
    tx: &mut Tx<'_>,
    (uuid, held): (&Uuid, &HeldRun),
    secret: Option<&[u8]>,
    code: &str,
) -> Result<Tried, Problem> {
    let run = &held.run;
    let method = run.next().filter(|step| step.is_confirmation()).and_then(|step| run.method(step));
    let (is_right, step) = match method {
        Some(CodeMethod::App) => {
            let step = match (secret, run.client) {
                (Some(secret), _) => totp::step_of(secret, code, tx.now),
                (None, Some(client)) => step_of_app(app, tx, client, code)?,
                (None, None) => None,
            };
            (step.is_some(), step)
        }
        Some(CodeMethod::Email | CodeMethod::Sms) => {
            let token = token_hash(uuid.as_str());
            let hash = run.code.as_ref().map(|code| code.hash.as_slice());
            (hash.is_some_and(|hash| app.secret.is_code(&token, code, hash)), None)
        }
        None => (false, None),
    };
    let decision = run.try_code(is_right, &held.context).map_err(|refusal| refused(refusal, tx.now))?;
    match decision.outcome {
        Outcome::WrongCode => {
            runs::advance(tx, held, &decision, &held.data)?;
            Ok(Tried::Wrong(Answer::refusal(&wrong_code(run), call)))
        }
        Outcome::Next(_) | Outcome::Finished | Outcome::Chosen(_) | Outcome::CodeSent { .. } => {
            Ok(Tried::Right(decision, step))
        }
    }
}

/// A wrong code of a second factor at a sign-in is like a wrong password.
fn wrong_code(run: &Run) -> Problem {
    if run.procedure == Procedure::SignIn && awaits(run, Step::TwoFactor) {
        Problem::unauthorized(IdentityFault::WrongCode)
    } else {
        Problem::unprocessable(WizardsFault::WrongConfirmationCode)
    }
}

/// The step of time of a right code of the client's app, which is used up.
fn step_of_app(app: &AppContext, tx: &mut Tx<'_>, client: ClientId, code: &str) -> Result<Option<i64>, Problem> {
    let factors = second_factors::of_client(tx.conn, client)?;
    let sealed = factors.into_iter().find_map(|factor| factor.sealed_secret);
    let Some(step) =
        sealed.and_then(|sealed| app.secret.open(&sealed)).and_then(|secret| totp::step_of(&secret, code, tx.now))
    else {
        return Ok(None);
    };
    Ok(second_factors::use_step(tx, client, step)?.then_some(step))
}

/// Sends what waits for the transaction to be committed.
///
/// # Errors
/// A 503 where no provider took it.
pub(crate) async fn send_texts(app: &Arc<AppContext>, text: Option<CodeText>) -> Result<(), Problem> {
    let Some(CodeText { to, text }) = text else { return Ok(()) };
    let sent = outside::ask(app, move |outbound| outbound::connections::send_sms(outbound, &to, &text));
    let delivery = sent.await??;
    if delivery.taken_by.is_some() { Ok(()) } else { Err(Problem::unavailable("no provider took a code for a phone")) }
}

/// Whether the run awaits this confirmation.
pub(crate) fn awaits(run: &Run, step: Step) -> bool {
    run.next() == Some(step)
}
