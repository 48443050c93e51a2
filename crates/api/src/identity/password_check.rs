//! The check of a password, under the limits of sign-in (`docs/rules.md`, Lock-out).

use std::sync::Arc;

use domain::identity::{AttemptOutcome, NoPlace, lets_in};
use storage::identity::sign_in::{self, AdmittedAttempt, Attempt, Credentials, Outcome};
use storage::{Error, Tx};

use super::authentication::wrong_credentials;
use crate::Problem;
use crate::http::{Call, write};
use crate::server::App;

/// A user whose password was right.
pub(super) struct Checked {
    pub credentials: Credentials,
    attempt: AdmittedAttempt,
}

impl Checked {
    /// Holds the user, and counts how the attempt ended, in the transaction that rests on the password.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the credentials changed since the check.
    pub fn settle(&self, app: &App, tx: &mut Tx<'_>, outcome: AttemptOutcome) -> Result<(), Error> {
        sign_in::confirm(tx, &self.credentials)?;
        sign_in::settle(tx, &app.config.lockout, &self.attempt, outcome)
    }
}

/// Checks a password. An attempt is counted only once it has a place in the queue: what the server has no time to
/// check does not count against its user.
pub(super) async fn check(app: &Arc<App>, call: &Call, email: &str, password: String) -> Result<Checked, Problem> {
    let place = app.hasher.enter_from(call.ip).map_err(|no_place| match no_place {
        NoPlace::ForThisAddress => Problem::too_many(app.now(), app.now()),
        NoPlace::ForAnybody => crate::PasswordHasher::overloaded(),
    })?;
    let (policy, who, ip) = (app.config.lockout, email.to_owned(), call.ip);
    let (attempt, credentials) = match write(app, move |tx| sign_in::admit(tx, &policy, &who, ip)).await? {
        Attempt::Blocked(until) => return Err(Problem::too_many(until, app.now())),
        Attempt::Admitted(attempt, credentials) => (attempt, credentials),
    };
    let hash = credentials.as_ref().map(|credentials| credentials.password_hash.clone());
    let is_right = match place.verify(password, hash).await {
        Ok(is_right) => is_right,
        Err(problem) => {
            write(app, move |tx| sign_in::settle(tx, &policy, &attempt, AttemptOutcome::NotChecked)).await?;
            return Err(problem);
        }
    };
    let (user, outcome, problem) = match credentials {
        Some(credentials) if is_right => match forbidden(&credentials, call) {
            None => return Ok(Checked { credentials, attempt }),
            Some(problem) => (Some(credentials.id), Outcome::NotAllowed, problem),
        },
        credentials => (credentials.map(|user| user.id), Outcome::WrongCredentials, wrong_credentials()),
    };
    let who = email.to_owned();
    let settled = write(app, move |tx| {
        sign_in::settle(tx, &policy, &attempt, AttemptOutcome::Failed)?;
        sign_in::record(tx, user, &who, ip, outcome)
    });
    settled.await?;
    Err(problem)
}

/// Why the right password does not help; told only to whoever knows it.
fn forbidden(credentials: &Credentials, call: &Call) -> Option<Problem> {
    if !credentials.active {
        return Some(Problem::forbidden("The user is disabled."));
    }
    let is_listed = lets_in(&credentials.ip_whitelist, call.ip);
    (!is_listed).then(|| Problem::forbidden("You are not let in from this address."))
}
