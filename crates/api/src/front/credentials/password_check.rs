//! The check of a client's password, under the limits of sign-in (`docs/rules.md`, Lock-out).

use std::sync::Arc;

use domain::clients::{ClientStatus, ClientsFault};
use domain::credentials::SignInStatus;
use domain::identity::{AttemptOutcome, IdentityFault, QueueFull};
use http::{read, write};
use storage::credentials::sign_ins::{self, Attempt, ClientCredentials};
use storage::identity::attempt_counters::PendingAttempt;
use storage::{Error, Tx};

use crate::context::AppContext;
use crate::front::Call;
use crate::{PasswordHasher, Problem};

/// A client whose password was right.
pub(super) struct CheckedPassword {
    pub credentials: ClientCredentials,
    attempt: PendingAttempt,
}

impl CheckedPassword {
    /// Holds the client, and counts how the attempt ended, in the transaction that rests on the password.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the credentials changed since the check.
    pub fn settle(&self, tx: &mut Tx<'_>, call: &Call, outcome: AttemptOutcome) -> Result<(), Error> {
        sign_ins::confirm(tx, &self.credentials)?;
        sign_ins::settle(tx, &self.attempt, Some(self.credentials.client), outcome, call.ip)
    }
}

pub(super) fn wrong_credentials() -> Problem {
    Problem::unauthorized(IdentityFault::WrongCredentials)
}

/// Checks a password. `may_begin` looks at what else the sign-in rests on before the attempt is counted, which it is only
/// once it has a place in the queue: what the server has no time to check does not count against the client.
pub(super) async fn check(
    app: &Arc<AppContext>,
    call: &Arc<Call>,
    (email, password): (String, String),
    user_agent: String,
    may_begin: impl Fn(&mut Tx<'_>) -> Result<(), Problem> + Clone + Send + 'static,
) -> Result<CheckedPassword, Problem> {
    let place = app.hasher.enter_from(call.ip).map_err(|full| match full {
        QueueFull::ForThisAddress => Problem::too_many(app.now(), app.now()),
        QueueFull::ForEveryone => PasswordHasher::overloaded(),
    })?;
    let ip = call.ip;
    let begun = write(&app.database, move |tx| {
        may_begin(tx)?;
        Ok::<_, Problem>(sign_ins::begin(tx, &email, ip)?)
    });
    let (attempt, credentials) = match begun.await? {
        Attempt::Blocked(until) => return Err(Problem::too_many(until, app.now())),
        Attempt::Allowed(attempt, credentials) => (attempt, credentials),
    };
    let client = credentials.as_ref().map(|credentials| credentials.client);
    let hash = credentials.as_ref().and_then(|credentials| credentials.password_hash.clone());
    let is_right = match place.verify(password, hash).await {
        Ok(is_right) => is_right,
        Err(problem) => {
            let outcome = AttemptOutcome::NotChecked;
            write(&app.database, move |tx| sign_ins::settle(tx, &attempt, client, outcome, ip)).await?;
            return Err(problem);
        }
    };
    let problem = match credentials {
        Some(credentials) if is_right => match credentials.status {
            ClientStatus::Active => return Ok(CheckedPassword { credentials, attempt }),
            // Only who knows the password is told.
            ClientStatus::Inactive | ClientStatus::Banned | ClientStatus::Deleted => {
                Problem::forbidden(ClientsFault::ClientNotActive)
            }
        },
        _ => wrong_credentials(),
    };
    let settled = write(&app.database, move |tx| {
        sign_ins::settle(tx, &attempt, client, AttemptOutcome::Failed, ip)?;
        match client {
            Some(client) => sign_ins::record(tx, client, ip, SignInStatus::Failure, Some(&user_agent)),
            None => Ok(()),
        }
    });
    settled.await?;
    Err(problem)
}

/// Whether this is the client's present password.
pub(super) async fn is_present(
    app: &Arc<AppContext>,
    client: domain::clients::ClientId,
    password: String,
) -> Result<bool, Problem> {
    let scope = domain::identity::Scope::Client(client);
    let hash = read(&app.database, move |conn| storage::credentials::passwords::hash(conn, &scope, client)).await?;
    match hash {
        Some(hash) => app.hasher.enter()?.verify(password, Some(hash)).await,
        None => Ok(false),
    }
}
