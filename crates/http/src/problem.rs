//! Errors as callers see them.

use domain::value::{self, Code, FaultCode as _, Locale, Param, Refusal, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use storage::{Error, Failure, RateNeed};

use crate::fault::{CallFault, Fault, RequestFault};
use crate::texts::Texts;

/// Why a call was not carried out, and what the caller is told.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// The rule, or what kind of refusal the details belong to.
    reason: Code,
    params: Vec<(&'static str, Param)>,
    details: Vec<Fault>,
    /// What a header tells beside the body.
    pub(crate) hint: Option<Hint>,
    /// What the log is told and the caller is not.
    pub cause: Option<String>,
    /// Why the same call may pass when it is run again.
    transient: Option<Transient>,
    /// A rate that must be asked for before the call is run again.
    pub rate_needed: Option<Box<RateNeed>>,
}

/// What stood in the way, and may be gone already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Transient {
    /// Another transaction.
    Contended,
    /// The caller's rights, which changed since they were read.
    Stale,
    /// What was checked before the transaction, which has changed since.
    OutdatedCheck,
    /// A connection that was lost.
    Unavailable,
}

/// What a header tells of a refusal.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Hint {
    /// After so many seconds another try may pass.
    RetryAfterS(i64),
    /// The file, of which a part beyond the end was asked for, is so long.
    FullLength(u64),
}

/// The answer that refuses a call.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Error")]
pub struct ErrorAnswer<'a> {
    /// What is wrong.
    error: Content<'a>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ErrorContent")]
struct Content<'a> {
    /// The HTTP status again.
    code: u16,
    /// The rule, as a stable word for programs.
    reason: &'a str,
    /// One sentence for people.
    message: String,
    /// Every fault of the request.
    details: Vec<Detail<'a>>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Fault")]
struct Detail<'a> {
    /// The field's path in the body, such as `groups.0`, or the parameter; null when it is about no single one.
    field: Option<String>,
    /// The rule, as a stable word for programs.
    code: &'a str,
    /// One sentence for people.
    issue: String,
}

/// The body of an answer that refuses a call, and the language of its sentences.
pub struct ProblemBody {
    /// The body, as JSON.
    pub json: Vec<u8>,
    /// The language.
    pub language: String,
}

/// A request that is refused when the database is overloaded may come again after this.
const RETRY_AFTER_OVERLOAD_S: i64 = 1;
/// Connections that are left alone end after about this.
const RETRY_AFTER_CONNECTIONS_S: i64 = 30;

impl Problem {
    /// A refusal for one reason that is about no single input.
    pub fn new(status: u16, reason: impl Into<value::Fault>) -> Self {
        let value::Fault { code, params, .. } = reason.into();
        Self {
            status,
            reason: code,
            params,
            details: Vec::new(),
            hint: None,
            cause: None,
            transient: None,
            rate_needed: None,
        }
    }

    /// A refusal for these reasons; the only one, where it is about no input, is the refusal's own.
    fn with_details(status: u16, reason: CallFault, mut details: Vec<Fault>) -> Self {
        match details.as_mut_slice() {
            [Fault { at: None, code, params }] => {
                Self { reason: *code, params: std::mem::take(params), ..Self::new(status, reason) }
            }
            _ => Self { details, ..Self::new(status, reason) },
        }
    }

    /// The request itself is wrong; all of its faults.
    #[must_use]
    pub fn bad_request(details: Vec<Fault>) -> Self {
        Self { details, ..Self::new(400, CallFault::Invalid) }
    }

    /// No token, or none that counts.
    pub fn unauthorized(reason: impl Into<value::Fault>) -> Self {
        Self::new(401, reason)
    }

    /// The caller may not do this.
    pub fn forbidden(reason: impl Into<value::Fault>) -> Self {
        Self::new(403, reason)
    }

    /// No such record.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(404, CallFault::NotFound)
    }

    /// No such path.
    #[must_use]
    pub fn no_such_path() -> Self {
        Self::new(404, CallFault::NoSuchPath)
    }

    /// The path is known, the method is not.
    #[must_use]
    pub fn method_not_allowed() -> Self {
        Self::new(405, CallFault::MethodNotAllowed)
    }

    /// The body did not come in time.
    #[must_use]
    pub fn timeout() -> Self {
        Self::new(408, CallFault::BodyTimeout)
    }

    /// What was sent is not a request that HTTP allows, or did not arrive.
    #[must_use]
    pub fn of_the_protocol(status: u16) -> Self {
        let reason = match status {
            408 => CallFault::HeadTimeout,
            413 | 431 => CallFault::HeadTooLarge,
            500.. => CallFault::Internal,
            _ => CallFault::NotHttp,
        };
        Self::new(status, reason)
    }

    /// It collides with what is stored or under way.
    pub fn conflict(reason: impl Into<value::Fault>) -> Self {
        Self::new(409, reason)
    }

    /// The record has changed since the caller read it.
    #[must_use]
    pub fn precondition_failed() -> Self {
        Self::new(412, CallFault::PreconditionFailed)
    }

    /// Whether a precondition comes before it: who is refused like this has seen the record, and is told first that it
    /// has changed.
    pub(crate) const fn yields_to_precondition(&self) -> bool {
        matches!(self.status, 400 | 409 | 422)
    }

    /// The body is too large.
    #[must_use]
    pub fn too_large(limit_bytes: usize) -> Self {
        Self::new(413, CallFault::BodyTooLarge.with("bytes", limit_bytes))
    }

    /// A file is too large, in this field.
    #[must_use]
    pub fn file_too_large(field: &str, limit_bytes: u64) -> Self {
        let bytes = i64::try_from(limit_bytes).unwrap_or(i64::MAX);
        let details = vec![Fault::sent(field, RequestFault::TooManyBytes.with("bytes", bytes))];
        Self { details, ..Self::new(413, CallFault::FileTooLarge.with("bytes", bytes)) }
    }

    /// The caller accepts none of the media types that are offered.
    #[must_use]
    pub fn not_acceptable(offered: &str) -> Self {
        Self::new(406, CallFault::NotAcceptable.with("offered", offered))
    }

    /// The body is of a type that the path does not take.
    #[must_use]
    pub fn unsupported_media_type() -> Self {
        Self::new(415, CallFault::UnsupportedMediaType)
    }

    /// The path takes WebSocket connections only.
    #[must_use]
    pub fn upgrade_required() -> Self {
        Self::new(426, CallFault::UpgradeRequired)
    }

    /// The part that is asked for lies beyond the end of the file.
    #[must_use]
    pub fn range_not_satisfiable(full_length: u64) -> Self {
        let reason = CallFault::RangeNotSatisfiable.with("bytes", i64::try_from(full_length).unwrap_or(i64::MAX));
        Self { hint: Some(Hint::FullLength(full_length)), ..Self::new(416, reason) }
    }

    /// A rule forbids it.
    pub fn unprocessable(reason: impl Into<value::Fault>) -> Self {
        Self::new(422, reason)
    }

    /// Too many tries, until then.
    #[must_use]
    pub fn too_many(until: Timestamp, now: Timestamp) -> Self {
        let wait_s = until.since(now).num_seconds() + 1;
        Self { hint: Some(Hint::RetryAfterS(wait_s.max(1))), ..Self::new(429, CallFault::TooManyAttempts) }
    }

    /// The caller's address has too many connections that are open.
    #[must_use]
    pub fn too_many_connections() -> Self {
        let hint = Some(Hint::RetryAfterS(RETRY_AFTER_CONNECTIONS_S));
        Self { hint, ..Self::new(429, CallFault::TooManyAttempts) }
    }

    /// The server cannot do it now.
    pub fn unavailable(cause: impl Into<String>) -> Self {
        let problem = Self::new(503, CallFault::Unavailable);
        Self { hint: Some(Hint::RetryAfterS(RETRY_AFTER_OVERLOAD_S)), cause: Some(cause.into()), ..problem }
    }

    /// The caller's rights changed since they were read: the call is run again with the new ones.
    #[must_use]
    pub fn stale_session() -> Self {
        Self { transient: Some(Transient::Stale), ..Self::unavailable("the caller's rights change all the time") }
    }

    /// Whether the caller's rights changed since they were read.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.transient == Some(Transient::Stale)
    }

    /// What was checked before the transaction has changed since: the call is checked and run again.
    #[must_use]
    pub fn outdated_check() -> Self {
        Self { transient: Some(Transient::OutdatedCheck), ..Self::unavailable("what was checked changes all the time") }
    }

    pub(crate) fn is_outdated_check(&self) -> bool {
        self.transient == Some(Transient::OutdatedCheck)
    }

    /// A fault of the server: the caller gets nothing but the id under which the log has it.
    pub fn internal(cause: impl Into<String>) -> Self {
        Self { cause: Some(cause.into()), ..Self::new(500, CallFault::Internal) }
    }

    /// Whether the call is refused, rather than hindered by something that may pass.
    #[must_use]
    pub(crate) fn is_refusal(&self) -> bool {
        self.status < 500 && self.transient.is_none() && self.rate_needed.is_none()
    }

    /// Whether the same call would be refused again: such answers are kept for repeated calls.
    #[must_use]
    pub fn is_lasting(&self) -> bool {
        matches!(self.status, 403 | 404 | 409 | 422)
    }

    /// The body of the answer, in the words of the interface.
    #[must_use]
    pub fn body(&self, texts: &Texts, locale: &Locale, request_id: &str) -> ProblemBody {
        let reader = texts.reader(locale);
        let mut params = self.params.clone();
        params.push(("requestId", request_id.into()));
        let details = self.details.iter().map(|fault| Detail {
            field: fault.at.as_ref().map(|at| reader.name(at)),
            code: fault.code.as_str(),
            issue: match fault.at {
                Some(_) => reader.issue(fault.code, &fault.params),
                None => reader.sentence(fault.code, &fault.params),
            },
        });
        let content = Content {
            code: self.status,
            reason: self.reason.as_str(),
            message: reader.sentence(self.reason, &params),
            details: details.collect(),
        };
        let json = serde_json::to_vec(&ErrorAnswer { error: content }).unwrap_or_default();
        ProblemBody { json, language: reader.language() }
    }
}

/// The one place where the storage's errors become statuses.
impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => Self::not_found(),
            Error::Refused(refusal) => refusal.into(),
            Error::Taken => Self::conflict(CallFault::ValueTaken),
            Error::Referenced => Self::conflict(CallFault::StillReferenced),
            Error::Contended(cause) => Self { transient: Some(Transient::Contended), ..Self::unavailable(cause) },
            Error::Stale => Self::stale_session(),
            Error::RateNeeded(need) => Self {
                rate_needed: Some(Box::new(need)),
                ..Self::unavailable("a rate of an outside provider is missing")
            },
            Error::Busy => Self::unavailable("too much work waits for the database"),
            Error::Unavailable(cause) => Self { transient: Some(Transient::Unavailable), ..Self::unavailable(cause) },
            Error::Broken(cause) => Self::internal(cause),
        }
    }
}

/// The one place where the domain's refusals become statuses.
impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let (status, reason, faults) = match refusal {
            Refusal::NotAllowed(faults) => (403, CallFault::Forbidden, faults),
            Refusal::Unprocessable(faults) => (422, CallFault::Refused, faults),
            Refusal::Conflict(faults) => (409, CallFault::Conflict, faults),
        };
        Self::with_details(status, reason, faults.into_iter().map(Fault::from).collect())
    }
}

impl Failure for Problem {
    fn is_contended(&self) -> bool {
        self.transient == Some(Transient::Contended)
    }

    fn is_unavailable(&self) -> bool {
        self.transient == Some(Transient::Unavailable)
    }
}
