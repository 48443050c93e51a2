//! The body of a request that is JSON.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderMap};
use actix_web::web::Payload;
use domain::value::FaultCode as _;
use futures_util::StreamExt as _;
use serde_json::{Map, Value};

use crate::{Fault, Problem, RequestFault};

/// The largest JSON body.
pub(crate) const MAX_BODY_BYTES: usize = 1024 * 1024;
/// How much of a body that is too large is read and thrown away, so that the answer arrives.
pub(crate) const MAX_DRAINED_BYTES: u64 = 32 * 1024 * 1024;

/// Reads a body to its end, within a limit and a time.
///
/// # Errors
/// 400, 408 and 413.
pub(crate) async fn read_body(request: &HttpRequest, payload: Payload, timeout: Duration) -> Result<Vec<u8>, Problem> {
    if declared_length(request.headers()).is_some_and(|length| length > MAX_DRAINED_BYTES) {
        return Err(Problem::too_large(MAX_BODY_BYTES));
    }
    tokio::time::timeout(timeout, collect(payload)).await.map_err(|_| Problem::timeout())?
}

/// How long the body is said to be.
pub(crate) fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn collect(mut payload: Payload) -> Result<Vec<u8>, Problem> {
    let mut body = Vec::new();
    let (mut length, mut is_too_large) = (0_u64, false);
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Problem::bad_request(vec![RequestFault::BodyIncomplete.into()]))?;
        length = length.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
        if length > MAX_DRAINED_BYTES {
            break;
        }
        is_too_large |= body.len() + chunk.len() > MAX_BODY_BYTES;
        if !is_too_large {
            body.extend_from_slice(&chunk);
        }
    }
    if is_too_large { Err(Problem::too_large(MAX_BODY_BYTES)) } else { Ok(body) }
}

/// The fields of a JSON body. One that is left out counts as an empty object: what is required in it is then told.
pub(crate) fn object(body: &[u8]) -> Result<Map<String, Value>, Fault> {
    if body.is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(RequestFault::BodyNotObject.into()),
        Err(error) => Err(RequestFault::NotJson.with("cause", error.to_string()).into()),
    }
}
