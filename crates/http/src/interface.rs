use std::fmt::Debug;
use std::future::Future;
use std::net::IpAddr;
use std::sync::Arc;

use domain::identity::{Principal, UserId};
use serde_json::{Map, Value};
use storage::audit::{Action, Subject};
use storage::{Database, Error, Guard, RateNeed, Tx};

use crate::{Problem, Texts};

/// An interface of the server: whose calls it takes, how it knows them, what it holds them to, and how it speaks.
pub trait Interface: Sized + Send + Sync + 'static {
    /// What its handlers share.
    type Context: Send + Sync + 'static;
    /// Who calls, once they are known.
    type Caller: Send + Sync + 'static;
    /// What a route asks of its callers.
    type Requirement: Requirement;

    /// What the paths of its routes begin with. The longest prefix of a path decides whose it is.
    const PREFIX: &'static str;

    /// Whose own writes lists must show that a replica answers, where it may answer them.
    const READS_BEHIND: Option<fn(&Self::Caller) -> UserId> = None;

    /// How it speaks.
    fn texts() -> &'static Texts;

    /// The group of an operation in the document: the first part of its id.
    #[must_use]
    fn group_of(operation: &'static str) -> &'static str {
        operation.split('.').next().unwrap_or_default()
    }

    /// Where its data is.
    fn database(context: &Self::Context) -> &Database;

    /// Who the caller is.
    fn principal(caller: &Self::Caller) -> Principal;

    /// Whether the caller sees personal data of clients in clear.
    fn sees_personal_data(caller: &Self::Caller) -> bool;

    /// The gate: who calls, if the address and the token are allowed and what the route asks for is held. Without a
    /// route only the address is looked at, for a path that does not exist.
    ///
    /// # Errors
    /// 401 and 403.
    fn admit(
        context: &Arc<Self::Context>,
        entry: GateRequest<'_>,
        requirement: Option<Self::Requirement>,
    ) -> impl Future<Output = Result<Option<Arc<Self::Caller>>, Problem>>;

    /// What must still stand when work for the caller begins, since their rights were read under it: where it does
    /// not, they are read anew and the call is run again.
    fn guard(caller: &Self::Caller) -> Guard;

    /// Writes what a call did to the audit log.
    fn record(tx: &mut Tx<'_>, origin: Origin<'_>, caller: &Self::Caller, audit: &Audit) -> Result<(), Error>;

    /// Is told of every write of a route, after it.
    fn written(context: &Self::Context, changes_access: bool);

    /// The hash of a body's password, where it has a good one: hashing takes too long for a transaction.
    fn hash_password(
        context: &Arc<Self::Context>,
        body: &Map<String, Value>,
    ) -> impl Future<Output = Result<Option<String>, Problem>>;

    /// Gets a rate that a transaction found missing; the call is then run again.
    fn fetch_rate(context: &Arc<Self::Context>, need: RateNeed) -> impl Future<Output = Result<(), Problem>>;

    /// Seals what is kept for repeated calls, since it may hold tokens.
    ///
    /// # Errors
    /// A server without randomness.
    fn seal(context: &Self::Context, text: &[u8]) -> Result<Vec<u8>, Problem>;

    /// Opens what was sealed.
    fn open(context: &Self::Context, sealed: &[u8]) -> Option<Vec<u8>>;

    /// What tells one text from another, and tells nobody what it is.
    fn fingerprint(context: &Self::Context, parts: &[&[u8]]) -> Vec<u8>;
}

/// What a route asks of its callers.
pub trait Requirement: Copy + Debug + Send + Sync + 'static {
    /// Whether a caller must be known: without one, whoever calls is nobody yet.
    fn needs_caller(&self) -> bool;

    /// Whether the handler itself checks the bearer token, which is a key of another kind.
    fn takes_own_key(&self) -> bool;

    /// Whether calls are counted at the gate, which may answer 429.
    fn is_counted(&self) -> bool;

    /// How a caller shows who they are, as OpenAPI tells it.
    fn security(&self) -> Value;

    /// The permission that is asked for, for the documents.
    fn permission(&self) -> Option<&'static str>;
}

/// A call at the gate.
#[derive(Clone, Copy, Debug)]
pub struct GateRequest<'a> {
    /// Where it comes from.
    pub ip: IpAddr,
    /// The path.
    pub path: &'a str,
    /// The bearer token.
    pub bearer: Option<&'a str>,
    /// Whether what is known of the caller must be read anew: what is more than one transaction, or long, begins with
    /// rights as they are now.
    pub is_fresh: bool,
    /// Whether it stood at the gate before, and what it rested on has changed since: it is counted once.
    pub is_repeated: bool,
}

/// What the audit log tells of the call that did something.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// The id of the operation.
    pub operation: &'static str,
    /// Where the call came from.
    pub ip: IpAddr,
    /// The id of the call, which is in the log.
    pub request_id: &'a str,
}

/// A record for the audit log.
#[derive(Clone, Debug)]
pub struct Audit {
    /// What it is about.
    pub subject: Subject,
    /// What was done.
    pub action: Action,
    /// How the record was, and how it is.
    pub details: Value,
}

impl Audit {
    /// The record as it was.
    pub(crate) fn before(&self) -> Option<&Value> {
        self.details.get("old")
    }
}
