//! What the headers of a request say.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderMap, HeaderName};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::value::{FaultCode as _, Locale};

use crate::negotiation::prefers_csv;
use crate::request::CSV;
use crate::{Fault, Problem, RequestFault};

pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const IDEMPOTENCY_KEY: &str = "idempotency-key";
const MAX_REQUEST_ID_CHARS: usize = 64;
const MAX_IDEMPOTENCY_KEY_CHARS: usize = 255;

/// The caller's own id if it is sane, else a fresh one.
pub(crate) fn request_id(headers: &HeaderMap) -> String {
    let sane = |text: &&str| {
        (1..=MAX_REQUEST_ID_CHARS).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    };
    let sent = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok()).filter(sane);
    sent.map_or_else(fresh_request_id, ToOwned::to_owned)
}

/// An id for a request that brings none.
pub(crate) fn fresh_request_id() -> String {
    let mut id = [0; 12];
    // Without randomness the id says nothing, which is no reason to refuse the call.
    let _ = getrandom::fill(&mut id);
    URL_SAFE_NO_PAD.encode(id)
}

/// Whether a list is asked for as CSV: by the query or, where that is silent, by the header.
pub(crate) fn wants_csv(request: &HttpRequest) -> bool {
    let mut query = url::form_urlencoded::parse(request.query_string().as_bytes());
    if let Some((_, format)) = query.find(|(name, _)| name == "format") {
        format == CSV
    } else {
        let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
        accept.is_some_and(prefers_csv)
    }
}

/// The `Idempotency-Key`, if one is sent.
///
/// # Errors
/// A 400 where it is not a valid one.
pub(crate) fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(key) = headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let visible = |text: &&str| {
        (1..=MAX_IDEMPOTENCY_KEY_CHARS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
    };
    if let Some(key) = key.to_str().ok().filter(visible) {
        Ok(Some(key.to_owned()))
    } else {
        let fault = RequestFault::InvalidHeader.with("max", MAX_IDEMPOTENCY_KEY_CHARS);
        Err(Problem::bad_request(vec![Fault::sent("Idempotency-Key", fault)]))
    }
}

/// The headers of these names that were sent as text.
pub(crate) fn sent_headers(names: &[&'static str], headers: &HeaderMap) -> BTreeMap<&'static str, String> {
    let sent = |name: &&'static str| Some((*name, headers.get(*name)?.to_str().ok()?.trim().to_owned()));
    names.iter().filter_map(sent).collect()
}

/// The bearer token.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}

/// The languages that the caller reads.
pub(crate) fn locale(headers: &HeaderMap) -> Locale {
    let header = headers.get(header::ACCEPT_LANGUAGE).and_then(|header| header.to_str().ok());
    header.map(Locale::from_accept_language).unwrap_or_default()
}
