//! Sessions of clients that begin without a sign-in, for tests of what comes after it.

use chrono::TimeDelta;
use domain::clients::ClientId;
use domain::credentials::Fingerprint;
use outbound::SecretKey;
use storage::credentials::{devices, sessions};
use storage::identity::sessions::NewTokens;
use storage::{Database, Error};

/// From where the client signed in.
const HOME: &str = "127.0.0.1";

/// Begins a session of a client from a browser; its access token.
#[track_caller]
pub fn begin(database: &Database, secret: &SecretKey, client: i64) -> String {
    let (access, refresh) = (secret.token().expect("a token"), secret.token().expect("a token"));
    let (access_hash, refresh_hash) = (access.hash, refresh.hash);
    let begun = database.write(move |tx| {
        let client = ClientId::new(client);
        let fingerprint = Fingerprint { user_agent: "Firefox/140.0".into(), platform: None, time_zone: None };
        let device = devices::see(tx, client, &fingerprint, "browser", HOME.parse().expect("an address"))?;
        let tokens = NewTokens {
            access: access_hash,
            access_expires_at: tx.now.plus(TimeDelta::minutes(20)),
            refresh: refresh_hash,
            refresh_expires_at: tx.now.plus(TimeDelta::days(30)),
        };
        sessions::begin(tx, client, Some(device.id), HOME, &tokens)?;
        Ok::<_, Error>(())
    });
    begun.expect("a session");
    access.text
}
