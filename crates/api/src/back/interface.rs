//! What the interface of the back office asks of its callers, and how it answers them.

use std::sync::{Arc, LazyLock};

use domain::identity::{Permission, Principal};
use http::{Audit, CallFault, GateRequest, Interface, Origin, Problem, Texts};
use serde_json::{Map, Value, json};
use storage::audit::Actor;
use storage::identity::sessions::Session;
use storage::{Database, Error, Guard, RateNeed, Tx};

use crate::context::AppContext;
use crate::texts::TEXTS;

/// The interface of the back office.
pub enum Back {}

/// What a handler that reads gets.
pub(crate) type Reading<'a> = http::routes::Reading<'a, Back>;
/// What a handler that writes gets.
pub(crate) type Writing<'a, 'tx> = http::routes::Writing<'a, 'tx, Back>;
/// A body that is still to be parsed.
pub(crate) type Body<'a, T> = http::request::Body<'a, Back, T>;
/// A call that passed the gate.
pub(crate) type Call = http::Call<Back>;
/// The routes, as they are gathered.
pub(crate) type Routes = http::Routes<Back>;

/// What a route asks of its callers.
#[derive(Clone, Copy, Debug)]
pub enum Requirement {
    /// A user with this permission.
    Permission(Permission),
    /// A user, whatever their permissions are.
    SignedIn,
    /// Nothing: whoever signs in is nobody yet.
    Anybody,
    /// A platform's key, which the handler checks.
    PlatformKey,
}

impl From<Permission> for Requirement {
    fn from(permission: Permission) -> Self {
        Self::Permission(permission)
    }
}

impl Requirement {
    fn is_held_by(self, session: &Session) -> bool {
        match self {
            Self::Permission(permission) => session.rights.hold(permission),
            Self::SignedIn | Self::Anybody | Self::PlatformKey => true,
        }
    }
}

impl http::Requirement for Requirement {
    fn needs_caller(&self) -> bool {
        match self {
            Self::Permission(_) | Self::SignedIn => true,
            Self::Anybody | Self::PlatformKey => false,
        }
    }

    fn takes_own_key(&self) -> bool {
        matches!(self, Self::PlatformKey)
    }

    fn security(&self) -> Value {
        match self {
            Self::Permission(_) | Self::SignedIn => json!([{"bearer": []}]),
            Self::PlatformKey => json!([{"platformKey": []}]),
            Self::Anybody => json!([]),
        }
    }

    fn permission(&self) -> Option<&'static str> {
        match self {
            Self::Permission(permission) => Some(permission.as_str()),
            Self::SignedIn | Self::Anybody | Self::PlatformKey => None,
        }
    }
}

impl Interface for Back {
    type Context = AppContext;
    type Caller = Session;
    type Requirement = Requirement;

    const PREFIX: &'static str = "/api/v2";

    fn texts() -> &'static Texts {
        LazyLock::force(&TEXTS)
    }

    fn database(context: &AppContext) -> &Database {
        &context.database
    }

    fn principal(caller: &Session) -> Principal {
        Principal::User(caller.user)
    }

    fn sees_personal_data(caller: &Session) -> bool {
        caller.rights.can_view_masked_data
    }

    async fn admit(
        context: &Arc<AppContext>,
        entry: GateRequest<'_>,
        requirement: Option<Requirement>,
    ) -> Result<Option<Arc<Session>>, Problem> {
        use http::Requirement as _;
        let is_shared = context.database.is_shared();
        if entry.is_fresh && is_shared {
            context.access_control.forget();
        }
        let needs_caller = requirement.is_some_and(|requirement| requirement.needs_caller());
        let token = needs_caller.then(|| entry.bearer.unwrap_or_default());
        let may = |session: &Option<Arc<Session>>| match (requirement, session) {
            (Some(requirement), Some(session)) => requirement.is_held_by(session),
            (None, _) | (_, None) => true,
        };
        let mut session = context.admit(entry, token).await?;
        if !may(&session) && is_shared {
            // A right that was given on another server counts at once, too.
            context.access_control.forget();
            session = context.admit(entry, token).await?;
        }
        if may(&session) { Ok(session) } else { Err(Problem::forbidden(CallFault::PermissionMissing)) }
    }

    fn guard(caller: &Session) -> Guard {
        caller.guard()
    }

    fn record(tx: &mut Tx<'_>, origin: Origin<'_>, caller: &Session, audit: &Audit) -> Result<(), Error> {
        let actor = Actor {
            id: Some(caller.user),
            email: caller.email.to_string(),
            groups: caller.groups.clone(),
            ip: origin.ip.to_string(),
            request_id: origin.request_id.to_owned(),
            operation: origin.operation,
        };
        storage::audit::record(tx, &actor, &audit.subject, audit.action, &audit.details)
    }

    fn written(context: &AppContext, changes_access: bool) {
        if changes_access {
            context.access_control.count_write();
        }
    }

    async fn hash_password(context: &Arc<AppContext>, body: &Map<String, Value>) -> Result<Option<String>, Problem> {
        context.hash_password(body).await
    }

    async fn fetch_rate(context: &Arc<AppContext>, need: RateNeed) -> Result<(), Problem> {
        crate::rates::fetch(context, need).await
    }

    fn seal(context: &AppContext, text: &[u8]) -> Result<Vec<u8>, Problem> {
        Ok(context.secret.seal(text)?)
    }

    fn open(context: &AppContext, sealed: &[u8]) -> Option<Vec<u8>> {
        context.secret.open(sealed)
    }

    fn fingerprint(context: &AppContext, parts: &[&[u8]]) -> Vec<u8> {
        context.secret.fingerprint(parts)
    }
}
