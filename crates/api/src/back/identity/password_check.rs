//! The check of a password, under the limits of sign-in (`docs/rules.md`, Lock-out).

use crate::back::Call;
use http::write;
use std::net::IpAddr;
use std::sync::Arc;

use domain::identity::{AttemptOutcome, IdentityFault, QueueFull, is_ip_allowed};
use storage::identity::attempt_counters::PendingAttempt;
use storage::identity::sign_in::{self, Attempt, Credentials, SignInOutcome};
use storage::{Error, Tx};

use crate::Problem;
use crate::context::AppContext;

/// A user whose password was right.
pub(super) struct CheckedPassword {
    pub credentials: Credentials,
    attempt: PendingAttempt,
}

impl CheckedPassword {
    /// Holds the user, and counts how the attempt ended, in the transaction that rests on the password.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the credentials changed since the check.
    pub fn settle(&self, tx: &mut Tx<'_>, outcome: AttemptOutcome) -> Result<(), Error> {
        sign_in::confirm(tx, &self.credentials)?;
        sign_in::settle(tx, &self.attempt, outcome)
    }
}

/// Checks a password. An attempt is counted only once it has a place in the queue: what the server has no time to
/// check does not count against the user.
pub(super) async fn check(
    app: &Arc<AppContext>,
    call: &Call,
    email: &str,
    password: String,
) -> Result<CheckedPassword, Problem> {
    let place = app.hasher.enter_from(call.ip).map_err(|full| match full {
        QueueFull::ForThisAddress => Problem::too_many(app.now(), app.now()),
        QueueFull::ForEveryone => crate::PasswordHasher::overloaded(),
    })?;
    let (who, ip) = (email.to_owned(), call.ip);
    let (attempt, credentials) = match write(&app.database, move |tx| sign_in::begin(tx, &who, ip)).await? {
        Attempt::Blocked(until) => return Err(Problem::too_many(until, app.now())),
        Attempt::Allowed(attempt, credentials) => (attempt, credentials),
    };
    let hash = credentials.as_ref().map(|credentials| credentials.password_hash.clone());
    let is_right = match place.verify(password, hash).await {
        Ok(is_right) => is_right,
        Err(problem) => {
            write(&app.database, move |tx| sign_in::settle(tx, &attempt, AttemptOutcome::NotChecked)).await?;
            return Err(problem);
        }
    };
    let (user, outcome, problem) = match credentials {
        Some(credentials) if is_right => match check_allowed(&credentials, call.ip) {
            Ok(()) => return Ok(CheckedPassword { credentials, attempt }),
            Err(problem) => (Some(credentials.id), SignInOutcome::NotAllowed, problem),
        },
        credentials => (credentials.map(|user| user.id), SignInOutcome::WrongCredentials, wrong_credentials()),
    };
    let who = email.to_owned();
    let settled = write(&app.database, move |tx| {
        sign_in::settle(tx, &attempt, AttemptOutcome::Failed)?;
        sign_in::record(tx, user, &who, ip, outcome)
    });
    settled.await?;
    Err(problem)
}

/// Whether the user may sign in whose first factor was right; whoever does not have it is not told.
pub(super) fn check_allowed(credentials: &Credentials, ip: IpAddr) -> Result<(), Problem> {
    if credentials.active {
        check_ip(&credentials.ip_whitelist, ip)
    } else {
        Err(Problem::forbidden(IdentityFault::UserDisabled))
    }
}

/// Whether a user with this list of addresses and blocks may come from the address.
pub(super) fn check_ip(whitelist: &[String], ip: IpAddr) -> Result<(), Problem> {
    if is_ip_allowed(whitelist, ip) { Ok(()) } else { Err(ip_not_allowed()) }
}

pub(super) fn ip_not_allowed() -> Problem {
    Problem::forbidden(IdentityFault::IpNotAllowed)
}

pub(super) fn wrong_credentials() -> Problem {
    Problem::unauthorized(IdentityFault::WrongCredentials)
}

/// This refusal where what was checked is no longer there; any other error as it is.
pub(super) fn or_gone(refusal: fn() -> Problem) -> impl FnOnce(Error) -> Problem {
    move |error| if matches!(error, Error::NotFound) { refusal() } else { error.into() }
}
