//! What clients do: they sign in, and guess.

use std::net::IpAddr;

use domain::clients::ClientId;
use domain::credentials::{DeviceId, Fingerprint, SignInStatus};
use domain::identity::AttemptOutcome;
use domain::value::Timestamp;
use storage::credentials::sign_ins::Attempt;
use storage::credentials::{devices, sessions, sign_ins};
use storage::identity::sessions::{NewTokens, TokenHash};

use crate::harness::TestApp;

/// An address of the documentation.
pub const HOME: &str = "203.0.113.7";

pub fn address(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

/// Signs a client in from a browser; the hash of the access token.
pub fn sign_in(app: &TestApp, client: i64, device: &str) -> (DeviceId, TokenHash) {
    let client = ClientId::new(client);
    let fingerprint =
        Fingerprint { user_agent: format!("{device} Firefox/140.0"), platform: Some("linux".into()), time_zone: None };
    let (hash, at) = (device.to_owned(), address(HOME));
    let mut access = [1; 32];
    access.iter_mut().zip(format!("{client} {device}").bytes()).for_each(|(byte, other)| *byte = other);
    let mut refresh = access;
    refresh[31] = 2;
    let signed_in = app.database.write(move |tx| {
        let seen = devices::see(tx, client, &fingerprint, &hash, at)?;
        let expires_at: Timestamp = tx.now.plus(chrono::TimeDelta::days(30));
        let tokens = NewTokens { access, access_expires_at: expires_at, refresh, refresh_expires_at: expires_at };
        sessions::begin(tx, client, Some(seen.id), HOME, &tokens)?;
        sign_ins::record(tx, client, at, SignInStatus::Success, Some(&fingerprint.user_agent))?;
        Ok::<_, storage::Error>(seen.id)
    });
    (signed_in.expect("a session"), access)
}

/// Whether a token still works.
pub fn is_signed_in(app: &TestApp, token: TokenHash) -> bool {
    let now = app.outbound.now();
    app.database.read(move |conn| sessions::of_access_token(conn, &token, now)).expect("an answer").is_some()
}

/// Tries to sign in with a wrong password; until when that is refused, where it is.
pub fn guess(app: &TestApp, email: &str, from: &str) -> Option<Timestamp> {
    let (ip, email) = (address(from), email.to_owned());
    let begun = app.database.write(move |tx| sign_ins::begin(tx, &email, ip)).expect("an answer");
    match begun {
        Attempt::Blocked(until) => Some(until),
        Attempt::Allowed(attempt, credentials) => {
            let client = credentials.map(|credentials| credentials.client);
            let counted = app.database.write(move |tx| {
                sign_ins::settle(tx, &attempt, client, AttemptOutcome::Failed, ip)?;
                match client {
                    Some(client) => sign_ins::record(tx, client, ip, SignInStatus::Failure, None),
                    None => Ok(()),
                }
            });
            counted.expect("a count");
            None
        }
    }
}
