//! Pages of other origins: which of them may call (CORS), and what their browsers are told.
//!
//! Tokens travel in a header that pages set themselves, and no cookie means anything here. So credentials are allowed
//! where a library sends them unasked, and nowhere else.

use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse};

use crate::mounted::Taken;
use crate::origins::{WebOrigin, allowed};
use crate::respond::builder;

/// The headers that calls may have, whatever they ask for.
const CALL_HEADERS: [&str; 10] = [
    "Accept",
    "Accept-Language",
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "If-Range",
    "Range",
    "X-Request-Id",
];
/// The headers of answers that pages may read, beside those that they may read anyway.
const ANSWER_HEADERS: &str = "Accept-Ranges, Allow, Content-Disposition, Content-Range, ETag, \
    Idempotent-Replayed, Location, Retry-After, WWW-Authenticate, X-Request-Id";
/// How long browsers may keep what a preflight has told: two hours, which is as long as any does.
const MAX_AGE_S: &str = "7200";

/// The answer to a preflight, by which a browser asks whether a page of an allowed origin may call; none where the call is
/// something else. It tells what the path takes, and needs no token.
pub(crate) fn preflight(
    origins: &[WebOrigin],
    request: &HttpRequest,
    taken: impl FnOnce() -> Option<Taken>,
    request_id: &str,
) -> Option<HttpResponse> {
    let headers = request.headers();
    if request.method() != Method::OPTIONS || !headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD) {
        return None;
    }
    allowed(origins, headers)?;
    let Taken { methods, headers } = taken()?;
    let headers: Vec<&str> = CALL_HEADERS.into_iter().chain(headers).collect();
    let mut response = builder(StatusCode::NO_CONTENT, request_id);
    response
        .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, methods.join(", ")))
        .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, headers.join(", ")))
        .insert_header((header::ACCESS_CONTROL_MAX_AGE, MAX_AGE_S));
    Some(response.finish())
}

/// Tells the browser of a page in an allowed origin that the page may read an answer.
pub(crate) fn tell(origins: &[WebOrigin], request: &HttpRequest, takes_credentials: bool, answer: &mut HeaderMap) {
    if origins.is_empty() {
        return;
    }
    // What a cache keeps is for one origin, or for none.
    answer.append(header::VARY, HeaderValue::from_static("Origin"));
    let Some(origin) = allowed(origins, request.headers()) else { return };
    answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    if takes_credentials {
        answer.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    }
    if !answer.contains_key(header::ACCESS_CONTROL_ALLOW_METHODS) {
        answer.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(ANSWER_HEADERS));
    }
}
