//! What the handlers of all interfaces share.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use chrono::TimeDelta;
use domain::identity::{Approvable, Password, Permission};
use domain::value::{Email, Timestamp};
use http::{GateRequest, Problem};
use outbound::{Outbound, SecretKey};
use serde_json::{Map, Value};
use storage::identity::callers::Caller;
use storage::{Database, Error};

use crate::access_control::{AccessControl, Sources};
use crate::call_limits::CallLimits;
use crate::hashing::PasswordHasher;
use crate::key_uses::KeyUses;
use crate::metrics::AppMetrics;

/// How long what a sign-in gives lives.
#[derive(Clone, Copy, Debug)]
pub struct Lifetimes {
    /// An access token of a user.
    pub access: TimeDelta,
    /// An access token of a client.
    pub client_access: TimeDelta,
    /// A refresh token, and the session with it.
    pub refresh: TimeDelta,
    /// A code that is awaited, and the token that goes with it.
    pub code: TimeDelta,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self {
            access: TimeDelta::hours(10),
            client_access: TimeDelta::minutes(20),
            refresh: TimeDelta::days(30),
            code: TimeDelta::minutes(10),
        }
    }
}

/// How the interfaces behave.
#[derive(Clone, Default)]
pub struct Config {
    /// How long tokens and codes live.
    pub lifetimes: Lifetimes,
    /// How calls are treated, whatever they ask for.
    pub calls: http::Settings,
    /// Whether calls of clients and of API keys are counted and limited.
    pub limits_calls: bool,
}

/// The operations that can wait for approval, with what policies can do about each and the permission that it needs.
pub(crate) type ApprovableOperations = BTreeMap<&'static str, (Approvable, Permission)>;

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
    /// What leaves the process.
    pub outbound: Arc<Outbound>,
    pub(crate) access_control: AccessControl,
    approvable: OnceLock<ApprovableOperations>,
    /// None where calls are not counted.
    pub(crate) call_limits: Option<CallLimits>,
    pub(crate) key_uses: Arc<KeyUses>,
    pub(crate) metrics: AppMetrics,
}

impl AppContext {
    /// With the database, the secret and the clock of what leaves the process.
    ///
    /// # Errors
    /// Faults of the program.
    pub fn new(config: Config, outbound: Arc<Outbound>, hasher: PasswordHasher) -> Result<Self, Error> {
        Ok(Self {
            call_limits: config.limits_calls.then(|| CallLimits::new(Arc::clone(&outbound))),
            config,
            database: outbound.database.clone(),
            secret: outbound.secret.clone(),
            hasher,
            outbound,
            access_control: AccessControl::default(),
            approvable: OnceLock::new(),
            key_uses: Arc::default(),
            metrics: AppMetrics::new()?,
        })
    }

    /// Is told which operations can wait for approval, once its server knows its routes.
    pub(crate) fn set_approvable(&self, operations: ApprovableOperations) {
        self.approvable.get_or_init(|| operations);
    }

    /// What policies can do about an operation that can wait, and the permission that it needs.
    pub(crate) fn approvable(&self, operation: &str) -> Option<(Approvable, Permission)> {
        self.approvable.get()?.get(operation).copied()
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.outbound.now()
    }

    /// The hash of a body's password, where it has a good one.
    ///
    /// # Errors
    /// A 503 where too many passwords wait to be hashed.
    pub(crate) async fn hash_password(&self, body: &Map<String, Value>) -> Result<Option<String>, Problem> {
        match body.get("password").and_then(Value::as_str) {
            Some(password) if password.parse::<Password>().is_ok() => {
                self.hasher.enter()?.hash(password.to_owned()).await.map(Some)
            }
            // The body's reader says what is wrong with it.
            _ => Ok(None),
        }
    }

    /// What tells an e-mail address from others once a client's data is removed.
    pub(crate) fn email_fingerprint(&self, email: &Email) -> Vec<u8> {
        self.secret.email_fingerprint(email)
    }

    /// Whether it is still to be written when keys were used.
    #[must_use]
    pub fn has_unwritten_uses(&self) -> bool {
        self.key_uses.is_writing()
    }

    /// The user of the token, if the address may call the path and the user may call from it.
    pub(crate) async fn admit(
        &self,
        entry: GateRequest<'_>,
        token: Option<&str>,
    ) -> Result<Option<Arc<Caller>>, Problem> {
        let sources = Sources { database: &self.database, secret: &self.secret, now: self.now() };
        self.access_control.admit(&sources, entry, token).await
    }
}
