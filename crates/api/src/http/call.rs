use std::net::IpAddr;
use std::sync::Arc;

use ::http::CallFault;
use actix_web::web::Bytes;
use domain::identity::Operation;
use domain::value::Locale;
use serde_json::{Map, Value};
use storage::identity::sessions::Session;
use storage::identity::system_logs::Actor;

use crate::request::{Body, Input};
use crate::texts::TEXTS;
use crate::{Fault, Problem};

/// Whom a route serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    /// A signed-in user.
    User,
    /// Anybody: whoever signs in is nobody yet.
    Anybody,
    /// A platform, with a key of its own; the handler checks it.
    Platform,
}

/// A call that was let in.
#[derive(Clone, Debug)]
pub struct Call {
    /// What is called.
    pub operation: Operation,
    /// The path as it came.
    pub path: String,
    /// The ids in the path.
    pub segments: Vec<String>,
    /// The query as it came.
    pub query: String,
    /// The languages that the caller reads.
    pub locale: Locale,
    /// Where the call comes from.
    pub ip: IpAddr,
    /// Its id, which is in the log.
    pub request_id: String,
    pub(crate) session: Option<Arc<Session>>,
    /// The token of a call whose route checks it itself.
    pub(crate) bearer: Option<String>,
    pub(crate) raw_body: Vec<u8>,
    pub(crate) object: Result<Map<String, Value>, Fault>,
    pub(crate) password_hash: Option<String>,
    /// Of a call by a user.
    pub(crate) idempotency_key: Option<String>,
}

impl Call {
    /// The body, still to be parsed.
    #[must_use]
    pub fn body<T: Input>(&self) -> Body<'_, T> {
        Body::new(&self.object, self.password_hash.as_deref(), &self.locale)
    }

    /// Who calls.
    ///
    /// # Errors
    /// A 401 on a route that serves anybody.
    pub fn session(&self) -> Result<&Session, Problem> {
        self.session.as_deref().ok_or_else(|| Problem::unauthorized(CallFault::TokenMissing))
    }

    /// The caller as he stands in the audit log.
    pub(crate) fn actor(&self, session: &Session) -> Actor {
        Actor {
            id: Some(session.user),
            email: session.email.to_string(),
            groups: session.groups.clone(),
            ip: self.ip.to_string(),
            request_id: self.request_id.clone(),
            operation: self.operation.as_str(),
        }
    }
}

/// The answer to a call.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub status: u16,
    pub body: Bytes,
    pub location: Option<String>,
    /// The languages of its texts, where they are not the plain ones.
    pub language: Option<String>,
    pub is_replayed: bool,
}

impl Answer {
    /// 204.
    pub fn empty() -> Self {
        Self { status: 204, body: Bytes::new(), location: None, language: None, is_replayed: false }
    }

    /// A refusal that is an answer, since it is kept or ends a transaction that is not undone.
    pub fn refusal(problem: &Problem, call: &Call) -> Self {
        let body = problem.body(&TEXTS, &call.locale, &call.request_id);
        Self { status: problem.status, body: body.json.into(), language: Some(body.language), ..Self::empty() }
    }

    /// 200 with this as JSON.
    pub fn json(answer: &impl serde::Serialize) -> Result<Self, Problem> {
        let body = serde_json::to_vec(answer).map_err(|error| Problem::internal(error.to_string()))?;
        Ok(Self { status: 200, body: body.into(), ..Self::empty() })
    }
}
