//! Errors as callers see them.

use domain::value::{Fault, Refusal, Timestamp};
use serde::Serialize;
use storage::{Error, Failure, RateNeed};

/// Why a call was not carried out, and what the caller is told.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    message: String,
    details: Vec<Fault>,
    /// Seconds after which another try may pass.
    pub retry_after_s: Option<i64>,
    /// What the log is told and the caller is not.
    pub cause: Option<String>,
    contended: bool,
    /// Whether the caller's rights changed since they were read.
    pub(crate) is_stale: bool,
    /// A rate that must be asked for before the call is run again.
    pub(crate) rate_needed: Option<Box<RateNeed>>,
}

#[derive(Serialize)]
struct Envelope<'a> {
    error: Content<'a>,
}

#[derive(Serialize)]
struct Content<'a> {
    code: u16,
    message: &'a str,
    details: &'a [Fault],
}

/// A request that is refused when the database is overloaded may come again after this.
const RETRY_AFTER_OVERLOAD_S: i64 = 1;

impl Problem {
    fn new(status: u16, message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            status,
            message,
            details: Vec::new(),
            retry_after_s: None,
            cause: None,
            contended: false,
            is_stale: false,
            rate_needed: None,
        }
    }

    /// The request itself is wrong; all of its faults.
    #[must_use]
    pub fn bad_request(details: Vec<Fault>) -> Self {
        Self { details, ..Self::new(400, "The request is not valid.") }
    }

    /// No token, or none that counts.
    #[must_use]
    pub fn unauthorized(message: &str) -> Self {
        Self::new(401, message)
    }

    /// The caller may not do this.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(403, message)
    }

    /// No such path or record.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(404, "There is no such record.")
    }

    /// No such path.
    #[must_use]
    pub fn no_such_path() -> Self {
        Self::new(404, "There is no such path.")
    }

    /// The path is known, the method is not.
    #[must_use]
    pub fn method_not_allowed() -> Self {
        Self::new(405, "The path does not take this method.")
    }

    /// The body did not come in time.
    #[must_use]
    pub fn timeout() -> Self {
        Self::new(408, "The body did not come in time.")
    }

    /// What was sent is not a request that HTTP allows, or did not arrive.
    pub(crate) fn of_the_protocol(status: u16) -> Self {
        let message = match status {
            400 => "What was sent is not a valid HTTP request.",
            408 => "The request did not arrive in time.",
            413 | 431 => "The head of the request is too large.",
            _ => "The request cannot be served.",
        };
        Self::new(status, message)
    }

    /// It collides with what is stored or under way.
    #[must_use]
    pub fn conflict(message: &str) -> Self {
        Self::new(409, message)
    }

    /// The body is too large.
    #[must_use]
    pub fn too_large(limit_bytes: usize) -> Self {
        Self::new(413, format!("The body is larger than {limit_bytes} bytes."))
    }

    /// A rule forbids it.
    #[must_use]
    pub fn unprocessable(message: &str) -> Self {
        Self::new(422, message)
    }

    /// Too many tries, until then.
    #[must_use]
    pub fn too_many(until: Timestamp, now: Timestamp) -> Self {
        let wait_s = until.since(now).num_seconds() + 1;
        Self { retry_after_s: Some(wait_s.max(1)), ..Self::new(429, "Too many attempts. Try again later.") }
    }

    /// The server cannot do it now.
    pub fn unavailable(cause: impl Into<String>) -> Self {
        let problem = Self::new(503, "The server cannot do this now. Try again.");
        Self { retry_after_s: Some(RETRY_AFTER_OVERLOAD_S), cause: Some(cause.into()), ..problem }
    }

    /// The caller's rights changed since they were read: the call is run again with the new ones.
    pub(crate) fn stale_session() -> Self {
        Self { is_stale: true, ..Self::unavailable("the caller's rights change all the time") }
    }

    /// A fault of the server: the caller gets nothing but the id under which the log has it.
    pub fn internal(cause: impl Into<String>) -> Self {
        Self { cause: Some(cause.into()), ..Self::new(500, "A fault of the server.") }
    }

    /// Whether the same call would be refused again: such answers are kept for repeated calls.
    pub(crate) fn is_lasting(&self) -> bool {
        matches!(self.status, 403 | 404 | 409 | 422)
    }

    /// The body of the answer.
    pub(crate) fn body(&self, request_id: &str) -> Vec<u8> {
        let with_id;
        let message = if self.status == 500 {
            with_id = format!("{} Its id in the log is {request_id}.", self.message);
            &with_id
        } else {
            &self.message
        };
        let content = Content { code: self.status, message, details: &self.details };
        serde_json::to_vec(&Envelope { error: content }).unwrap_or_default()
    }
}

/// The one place where the domain's and the storage's errors become statuses.
impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => Self::not_found(),
            Error::Refused(refusal) => refusal.into(),
            Error::Taken => Self::conflict("Another record has such a value already."),
            Error::Referenced => Self::conflict("Other records name this one."),
            Error::Contended(cause) => Self { contended: true, ..Self::unavailable(cause) },
            Error::RateNeeded(need) => Self {
                rate_needed: Some(Box::new(need)),
                ..Self::unavailable("a rate of an outside provider is missing")
            },
            Error::Busy => Self::unavailable("too much work waits for the database"),
            Error::Unavailable(cause) => Self::unavailable(cause),
            Error::Broken(cause) => Self::internal(cause),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let (status, message, mut details) = match refusal {
            Refusal::NotAllowed(faults) => (403, "You may not do this.", faults),
            Refusal::Unprocessable(faults) => (422, "A rule refuses this.", faults),
            Refusal::Conflict(faults) => (409, "This collides with what is stored.", faults),
        };
        // A single reason that is no field's is the message.
        match details.as_slice() {
            [Fault { field: None, issue }] => {
                let message = issue.clone();
                details.clear();
                Self::new(status, message)
            }
            _ => Self { details, ..Self::new(status, message) },
        }
    }
}

impl Failure for Problem {
    fn is_contended(&self) -> bool {
        self.contended
    }
}
