//! What the interface of the back office asks of its callers, and how it answers them.

use std::sync::{Arc, LazyLock};

use domain::identity::{Credential, Permission, Principal, UserId};
use http::{Audit, CallFault, GateRequest, Interface, Origin, Problem, Texts};
use serde_json::{Map, Value, json};
use storage::audit::Actor;
use storage::identity::callers::Caller;
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
    /// A user with this permission, or a key of theirs with it.
    Permission(Permission),
    /// A user or a key of theirs, whatever their permissions are.
    SignedIn,
    /// A user who has signed in, with this permission where there is one: no API key.
    InPerson(Option<Permission>),
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
    /// # Errors
    /// A 403 where the caller may not.
    fn check(self, caller: &Caller) -> Result<(), Problem> {
        if let Self::InPerson(_) = self {
            caller.credential.check_in_person()?;
        }
        let is_held = self.needed_permission().is_none_or(|permission| caller.rights.hold(permission));
        if is_held { Ok(()) } else { Err(Problem::forbidden(CallFault::PermissionMissing)) }
    }

    const fn needed_permission(self) -> Option<Permission> {
        match self {
            Self::Permission(permission) | Self::InPerson(Some(permission)) => Some(permission),
            Self::InPerson(None) | Self::SignedIn | Self::Anybody | Self::PlatformKey => None,
        }
    }
}

impl http::Requirement for Requirement {
    fn needs_caller(&self) -> bool {
        match self {
            Self::Permission(_) | Self::SignedIn | Self::InPerson(_) => true,
            Self::Anybody | Self::PlatformKey => false,
        }
    }

    fn takes_own_key(&self) -> bool {
        matches!(self, Self::PlatformKey)
    }

    /// Those of API keys are.
    fn is_counted(&self) -> bool {
        self.needs_caller()
    }

    fn security(&self) -> Value {
        match self {
            Self::Permission(_) | Self::SignedIn | Self::InPerson(_) => json!([{"bearer": []}]),
            Self::PlatformKey => json!([{"platformKey": []}]),
            Self::Anybody => json!([]),
        }
    }

    fn permission(&self) -> Option<&'static str> {
        self.needed_permission().map(Permission::as_str)
    }
}

impl Interface for Back {
    type Context = AppContext;
    type Caller = Caller;
    type Requirement = Requirement;

    const PREFIX: &'static str = "/api/v2";
    const READS_BEHIND: Option<fn(&Caller) -> UserId> = Some(|caller| caller.user);

    fn texts() -> &'static Texts {
        LazyLock::force(&TEXTS)
    }

    fn database(context: &AppContext) -> &Database {
        &context.database
    }

    fn principal(caller: &Caller) -> Principal {
        match caller.credential {
            Credential::Session(_) => Principal::User(caller.user),
            Credential::ApiKey(key) => Principal::ApiKey(key),
        }
    }

    fn sees_personal_data(caller: &Caller) -> bool {
        caller.rights.can_view_masked_data
    }

    async fn admit(
        context: &Arc<AppContext>,
        entry: GateRequest<'_>,
        requirement: Option<Requirement>,
    ) -> Result<Option<Arc<Caller>>, Problem> {
        use http::Requirement as _;
        let is_shared = context.database.is_shared();
        if entry.is_fresh && is_shared {
            context.access_control.forget();
        }
        let needs_caller = requirement.is_some_and(|requirement| requirement.needs_caller());
        let token = needs_caller.then(|| entry.bearer.unwrap_or_default());
        let check = |caller: &Option<Arc<Caller>>| match (requirement, caller) {
            (Some(requirement), Some(caller)) => requirement.check(caller),
            (None, _) | (_, None) => Ok(()),
        };
        let mut caller = context.admit(entry, token).await?;
        if let Some(caller) = caller.as_deref().filter(|_| !entry.is_repeated) {
            count(context, caller).await?;
        }
        if check(&caller).is_err() && is_shared {
            // A right that was given on another server counts at once, too.
            context.access_control.forget();
            caller = context.admit(entry, token).await?;
        }
        check(&caller)?;
        Ok(caller)
    }

    fn guard(caller: &Caller) -> Guard {
        caller.guard()
    }

    fn record(tx: &mut Tx<'_>, origin: Origin<'_>, caller: &Caller, audit: &Audit) -> Result<(), Error> {
        let actor = Actor {
            id: Some(caller.user),
            api_key: match caller.credential {
                Credential::Session(_) => None,
                Credential::ApiKey(key) => Some(key),
            },
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

/// Counts a call with an API key.
///
/// # Errors
/// A 429 where there were too many.
async fn count(context: &Arc<AppContext>, caller: &Caller) -> Result<(), Problem> {
    let key = match caller.credential {
        Credential::Session(_) => return Ok(()),
        Credential::ApiKey(key) => key,
    };
    if let Some(limits) = &context.call_limits {
        limits.quotas().await?.count_api_key(key)?;
    }
    context.key_uses.note(&context.database, key, context.now());
    Ok(())
}
