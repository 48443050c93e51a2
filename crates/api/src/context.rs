//! What the handlers of all interfaces share.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::TimeDelta;
use domain::identity::LockoutPolicy;
use domain::value::Timestamp;
use storage::Database;

use crate::back::AccessControl;
use crate::hashing::PasswordHasher;
use crate::mail::Mailer;
use crate::monitoring::Monitor;
use crate::secrets::SecretKey;

/// How long what a sign-in gives lives.
#[derive(Clone, Copy, Debug)]
pub struct Lifetimes {
    /// An access token.
    pub access: TimeDelta,
    /// A refresh token, and the session with it.
    pub refresh: TimeDelta,
    /// A code that is awaited, and the token that goes with it.
    pub code: TimeDelta,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self { access: TimeDelta::hours(10), refresh: TimeDelta::days(30), code: TimeDelta::minutes(10) }
    }
}

/// How the interfaces behave.
#[derive(Clone)]
pub struct Config {
    /// How long tokens and codes live.
    pub lifetimes: Lifetimes,
    /// When sign-in is refused.
    pub lockout: LockoutPolicy,
    /// Sends mail; without it nothing that needs mail can be switched on.
    pub mailer: Option<Mailer>,
    /// Judges deposits and withdrawals; without it none can be checked.
    pub monitor: Option<Arc<dyn Monitor>>,
    /// Where exchanges are hedged; without it every hedge fails, and is told in the log.
    pub hedging_url: Option<String>,
    /// Signs what outside platforms are asked, and what is hedged.
    pub gateway_key: Option<String>,
    /// Whether the server does by itself what is due: mail, platforms, bonuses.
    pub runs_jobs: bool,
    /// How calls are treated, whatever they ask for.
    pub calls: http::Settings,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            lifetimes: Lifetimes::default(),
            lockout: LockoutPolicy::default(),
            mailer: None,
            monitor: None,
            hedging_url: None,
            gateway_key: None,
            runs_jobs: true,
            calls: http::Settings::default(),
        }
    }
}

/// What handlers need.
pub struct AppContext {
    /// The configuration.
    pub config: Config,
    /// The database.
    pub database: Database,
    /// The secret of the installation.
    pub secret: SecretKey,
    /// Hashes passwords.
    pub hasher: PasswordHasher,
    pub(crate) access_control: AccessControl,
    clock: Box<dyn Fn() -> Timestamp + Send + Sync>,
    access_writes: AtomicU64,
}

impl AppContext {
    /// Over an open database.
    pub fn new(
        config: Config,
        database: Database,
        secret: SecretKey,
        hasher: PasswordHasher,
        clock: impl Fn() -> Timestamp + Send + Sync + 'static,
    ) -> Self {
        Self {
            config,
            database,
            secret,
            hasher,
            access_control: AccessControl::default(),
            clock: Box::new(clock),
            access_writes: AtomicU64::new(0),
        }
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// A number that grows with every write that may change who is allowed in. On SQLite that is any write, also of
    /// other processes; on PostgreSQL those of this server are counted here.
    pub(crate) fn access_generation(&self) -> u64 {
        if self.database.is_shared() { self.access_writes.load(Ordering::SeqCst) } else { self.database.generation() }
    }

    /// Counts a write that may change who is allowed in.
    pub(crate) fn count_access_write(&self) {
        self.access_writes.fetch_add(1, Ordering::SeqCst);
    }
}
