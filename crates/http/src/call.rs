use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use actix_web::web::Bytes;
use chrono::TimeDelta;
use domain::value::Locale;
use serde_json::{Map, Value};

use crate::entity_tag::Precondition;
use crate::files::{Files, UploadedFile};
use crate::request::{Body, Input};
use crate::{CallFault, EntityTag, Fault, Interface, Origin, Problem};

/// The type of most answers.
pub(crate) const JSON: &str = "application/json";

/// A call that passed the gate.
pub struct Call<I: Interface> {
    /// The id of the operation.
    pub operation: &'static str,
    /// The operation whose approval policy applies to it: itself, or the one that replaces it.
    pub approved_as: &'static str,
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
    /// Who calls; nobody on routes that serve anybody.
    pub caller: Option<Arc<I::Caller>>,
    /// The token of a call whose route checks it itself.
    pub bearer: Option<String>,
    /// The headers that its route reads.
    pub(crate) headers: BTreeMap<&'static str, String>,
    /// What tells the body from others: itself, or its digest where it brought files.
    pub(crate) raw_body: Vec<u8>,
    pub(crate) object: Result<Map<String, Value>, Fault>,
    /// What is wrong with parts of the body, beside what its reader finds.
    pub(crate) part_faults: Vec<Fault>,
    pub(crate) files: Arc<Files>,
    pub(crate) password_hash: Option<String>,
    /// What the check before the transaction rested on.
    pub checked: Checked,
    /// Of a call by somebody who is known.
    pub(crate) idempotency_key: Option<String>,
    /// What must stand for it to write, where it says so.
    pub(crate) precondition: Option<Precondition>,
}

/// What a check before a transaction rested on. Where it is something else in the transaction, that calls for another
/// check ([`Problem::outdated_check`]).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked(pub Option<String>);

impl<I: Interface> Clone for Call<I> {
    fn clone(&self) -> Self {
        Self {
            operation: self.operation,
            approved_as: self.approved_as,
            path: self.path.clone(),
            segments: self.segments.clone(),
            query: self.query.clone(),
            locale: self.locale.clone(),
            ip: self.ip,
            request_id: self.request_id.clone(),
            caller: self.caller.clone(),
            bearer: self.bearer.clone(),
            headers: self.headers.clone(),
            raw_body: self.raw_body.clone(),
            object: self.object.clone(),
            part_faults: self.part_faults.clone(),
            files: Arc::clone(&self.files),
            password_hash: self.password_hash.clone(),
            checked: self.checked.clone(),
            idempotency_key: self.idempotency_key.clone(),
            precondition: self.precondition.clone(),
        }
    }
}

impl<I: Interface> Call<I> {
    /// A call that asks for nothing, by nobody, from this address.
    pub(crate) fn of_nobody(ip: IpAddr) -> Self {
        Self {
            operation: "none",
            approved_as: "none",
            path: String::new(),
            segments: Vec::new(),
            query: String::new(),
            locale: Locale::default(),
            ip,
            request_id: String::new(),
            caller: None,
            bearer: None,
            headers: BTreeMap::new(),
            raw_body: Vec::new(),
            object: Ok(Map::new()),
            part_faults: Vec::new(),
            files: Arc::default(),
            password_hash: None,
            checked: Checked::default(),
            idempotency_key: None,
            precondition: None,
        }
    }

    /// The body, still to be parsed.
    #[must_use]
    pub fn body<T: Input<I>>(&self) -> Body<'_, I, T> {
        Body::new(&self.object, &self.part_faults, self.password_hash.as_deref(), &self.locale)
    }

    /// Whether it can be repeated under its key.
    #[must_use]
    pub fn is_keyed(&self) -> bool {
        self.idempotency_key.is_some()
    }

    /// The body as it came, for those who check a signature of it. For a body with files this is their digest.
    #[must_use]
    pub fn raw_body(&self) -> &[u8] {
        &self.raw_body
    }

    /// The files of the body, in its order.
    #[must_use]
    pub fn files(&self) -> &[UploadedFile] {
        self.files.uploaded()
    }

    /// What the audit log tells of it.
    #[must_use]
    pub fn origin(&self) -> Origin<'_> {
        Origin { operation: self.operation, ip: self.ip, request_id: &self.request_id }
    }

    /// A parameter of the query, where it is sent.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<String> {
        let mut sent = url::form_urlencoded::parse(self.query.as_bytes());
        sent.find(|(sent, _)| sent == name).map(|(_, value)| value.into_owned()).filter(|value| !value.is_empty())
    }

    /// A header that the route reads, where it is sent.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Who calls.
    ///
    /// # Errors
    /// A 401 on a route that serves anybody.
    pub fn caller(&self) -> Result<&I::Caller, Problem> {
        self.caller.as_deref().ok_or_else(|| Problem::unauthorized(CallFault::TokenMissing))
    }
}

/// The answer to a call.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Of the body, where there is one.
    pub(crate) media_type: &'static str,
    pub(crate) body: Bytes,
    /// Tells this form of a record from any other.
    pub(crate) tag: Option<EntityTag>,
    pub(crate) location: Option<String>,
    /// What the caller may call a file.
    pub(crate) file_name: Option<String>,
    /// The languages of its texts, where they are not the plain ones.
    pub(crate) language: Option<String>,
    /// How old what it tells is, where a replica told it.
    pub(crate) age: Option<TimeDelta>,
    pub(crate) is_replayed: bool,
}

impl Answer {
    /// 204.
    #[must_use]
    pub fn empty() -> Self {
        Self::empty_with(204)
    }

    /// An answer without a body.
    #[must_use]
    pub fn empty_with(status: u16) -> Self {
        Self {
            status,
            media_type: JSON,
            body: Bytes::new(),
            tag: None,
            location: None,
            file_name: None,
            language: None,
            age: None,
            is_replayed: false,
        }
    }

    /// 200 with this as JSON.
    ///
    /// # Errors
    /// A 500 where it cannot be written.
    pub fn json(answer: &impl serde::Serialize) -> Result<Self, Problem> {
        Self::json_with(200, answer)
    }

    pub(crate) fn json_with(status: u16, answer: &impl serde::Serialize) -> Result<Self, Problem> {
        let body = serde_json::to_vec(answer).map_err(|error| Problem::internal(error.to_string()))?;
        Ok(Self { status, body: body.into(), ..Self::empty() })
    }

    /// Whether it tells of something that was done by this very call.
    pub(crate) fn is_effect(&self) -> bool {
        self.status < 400 && !self.is_replayed
    }

    /// The body, where it is JSON.
    #[must_use]
    pub fn body(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// 200 with this content.
    pub(crate) fn content(media_type: &'static str, body: Bytes) -> Self {
        Self { status: 200, media_type, body, ..Self::empty() }
    }

    /// The same as a file of this name.
    pub(crate) fn file(media_type: &'static str, name: String, body: Bytes) -> Self {
        Self { file_name: Some(name), ..Self::content(media_type, body) }
    }

    /// The same with the tag of its content.
    pub(crate) fn tagged(self) -> Self {
        let language = self.language.as_deref().unwrap_or_default();
        let tag = EntityTag::of(&[language.as_bytes(), &self.body]);
        Self { tag: Some(tag), ..self }
    }

    /// A refusal that is an answer, since it is kept or ends a transaction that is not undone.
    #[must_use]
    pub fn refusal<I: Interface>(problem: &Problem, call: &Call<I>) -> Self {
        let body = problem.body(I::texts(), &call.locale, &call.request_id);
        Self { status: problem.status, body: body.json.into(), language: Some(body.language), ..Self::empty() }
    }
}
