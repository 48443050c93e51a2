//! What the interface of the clients asks of its callers, and how it answers them.

use std::sync::{Arc, LazyLock};

use domain::clients::{ClientId, ClientPermission};
use domain::identity::{Principal, Scope};
use domain::requests::Requester;
use domain::value::List;
use http::{Audit, CallFault, GateRequest, Interface, Origin, Problem, Texts, read_on};
use serde_json::{Map, Value, json};
use storage::audit::Actor;
use storage::clients::permission_levels;
use storage::credentials::sessions::{self, ClientSession};
use storage::{Database, Error, Guard, RateNeed, Terms, Tx, View};

use crate::context::AppContext;
use crate::texts::FRONT_TEXTS;

/// The interface of the clients.
pub enum Front {}

/// A call that passed the gate.
pub(crate) type Call = http::Call<Front>;
/// A body that is still to be parsed.
pub(crate) type Body<'a, T> = http::request::Body<'a, Front, T>;
/// What a handler that reads gets.
pub(crate) type Reading<'a> = http::routes::Reading<'a, Front>;
/// What a handler that reads for anybody gets.
pub(crate) type OpenReading<'a> = http::routes::OpenReading<'a, Front>;
/// What a handler that writes gets.
pub(crate) type Writing<'a, 'tx> = http::routes::Writing<'a, 'tx, Front>;
/// The routes, as they are gathered.
pub(crate) type Routes = http::Routes<Front>;

/// What a route asks of its callers. What a client may do with an account, a product or a method is decided where it is
/// done, under its lock.
#[derive(Clone, Copy, Debug)]
pub enum Requirement {
    /// A client with this permission.
    Permission(ClientPermission),
    /// A client, whatever their permissions are.
    SignedIn,
    /// Nothing: whoever signs in or registers is nobody yet.
    Anybody,
    /// Nothing at first: the handler asks for the token where what is named belongs to a client.
    MaybeSignedIn,
}

impl http::Requirement for Requirement {
    fn needs_caller(&self) -> bool {
        match self {
            Self::Permission(_) | Self::SignedIn => true,
            Self::Anybody | Self::MaybeSignedIn => false,
        }
    }

    fn takes_own_key(&self) -> bool {
        matches!(self, Self::MaybeSignedIn)
    }

    fn is_counted(&self) -> bool {
        true
    }

    fn security(&self) -> Value {
        match self {
            Self::Permission(_) | Self::SignedIn => json!([{"client": []}]),
            Self::Anybody => json!([]),
            Self::MaybeSignedIn => json!([{}, {"client": []}]),
        }
    }

    fn permission(&self) -> Option<&'static str> {
        match self {
            Self::Permission(permission) => Some(permission.as_str()),
            Self::SignedIn | Self::Anybody | Self::MaybeSignedIn => None,
        }
    }
}

/// A client who calls.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The session of the token.
    pub session: ClientSession,
}

impl Caller {
    /// Who calls.
    #[must_use]
    pub const fn client(&self) -> ClientId {
        self.session.client
    }

    /// Who asks, and from where.
    #[must_use]
    pub fn requester(&self, call: &http::Call<Front>) -> Requester {
        Requester { client: self.client(), ip: call.ip }
    }

    /// What they see and touch: their own data.
    #[must_use]
    pub const fn scope(&self) -> Scope {
        Scope::Client(self.session.client)
    }
}

impl Interface for Front {
    type Context = AppContext;
    type Caller = Caller;
    type Requirement = Requirement;

    const PREFIX: &'static str = "/api/v2/my";

    fn texts() -> &'static Texts {
        LazyLock::force(&FRONT_TEXTS)
    }

    /// The ids of all its operations begin with `my`.
    fn group_of(operation: &'static str) -> &'static str {
        let ends = operation.match_indices('.').nth(1).map(|(at, _)| at);
        ends.and_then(|at| operation.get(..at)).unwrap_or(operation)
    }

    fn database(context: &AppContext) -> &Database {
        &context.database
    }

    fn principal(caller: &Caller) -> Principal {
        Principal::Client(caller.client())
    }

    fn sees_personal_data(_: &Caller) -> bool {
        // It is their own.
        true
    }

    async fn admit(
        context: &Arc<AppContext>,
        entry: GateRequest<'_>,
        requirement: Option<Requirement>,
    ) -> Result<Option<Arc<Caller>>, Problem> {
        context.admit(entry, None).await?;
        let quotas = match &context.call_limits {
            Some(limits) => Some(limits.quotas().await?),
            None => None,
        };
        if let Some(quotas) = &quotas {
            quotas.count_address(entry.ip)?;
        }
        let Some(requirement) = requirement.filter(http::Requirement::needs_caller) else { return Ok(None) };
        let token = entry.bearer.unwrap_or_default();
        let reason = if token.is_empty() { CallFault::TokenMissing } else { CallFault::TokenInvalid };
        let refused = || Problem::unauthorized(reason);
        let hash = context.secret.verify(token).ok_or_else(refused)?;
        let now = context.now();
        // The session is read by one statement, so there is no transaction around it.
        let terms = Terms { view: View::Statement, ..Terms::default() };
        let found = read_on(&context.database, terms, move |conn| {
            let Some(session) = sessions::of_access_token(conn, &hash, now)? else { return Ok(None) };
            let may = match requirement {
                Requirement::Permission(needed) => {
                    permission_levels::of_client(conn, session.client)?.contains(&needed)
                }
                Requirement::SignedIn | Requirement::Anybody | Requirement::MaybeSignedIn => true,
            };
            Ok::<_, Error>(Some((session, may)))
        });
        let (session, may) = found.await?.ok_or_else(refused)?;
        if let Some(quotas) = &quotas {
            quotas.count_client(session.client)?;
        }
        if may { Ok(Some(Arc::new(Caller { session }))) } else { Err(Problem::forbidden(CallFault::PermissionMissing)) }
    }

    /// What rests on the client's state asks for it under the client's lock.
    fn guard(_: &Caller) -> Guard {
        Guard::Nothing
    }

    fn record(tx: &mut Tx<'_>, origin: Origin<'_>, caller: &Caller, audit: &Audit) -> Result<(), Error> {
        let actor = Actor {
            id: None,
            api_key: None,
            email: caller.session.email.clone(),
            groups: List::default(),
            ip: origin.ip.to_string(),
            request_id: origin.request_id.to_owned(),
            operation: origin.operation,
        };
        storage::audit::record(tx, &actor, &audit.subject, audit.action, &audit.details)
    }

    fn written(_: &AppContext, _: bool) {}

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
