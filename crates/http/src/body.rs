//! The body of a request that is JSON.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::header;
use actix_web::web::Payload;
use domain::value::FaultCode as _;
use futures_util::StreamExt as _;
use serde_json::{Map, Value};

use crate::{Fault, Problem, RequestFault};

/// The largest JSON body.
const MAX_BODY_BYTES: usize = 1024 * 1024;
/// How much of a body that is too large is read and thrown away, so that the answer arrives.
const MAX_DRAINED_BYTES: usize = 32 * 1024 * 1024;
/// How long a body may take to come.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// Reads a body to its end, within a limit and a time.
///
/// # Errors
/// 400, 408 and 413.
pub(crate) async fn read_body(request: &HttpRequest, payload: Payload) -> Result<Vec<u8>, Problem> {
    let declared = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if declared.is_some_and(|length: usize| length > MAX_DRAINED_BYTES) {
        return Err(Problem::too_large(MAX_BODY_BYTES));
    }
    tokio::time::timeout(BODY_TIMEOUT, collect(payload)).await.map_err(|_| Problem::timeout())?
}

async fn collect(mut payload: Payload) -> Result<Vec<u8>, Problem> {
    let mut body = Vec::new();
    let mut length = 0_usize;
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Problem::bad_request(vec![RequestFault::BodyIncomplete.into()]))?;
        length = length.saturating_add(chunk.len());
        if length > MAX_DRAINED_BYTES {
            break;
        }
        if length <= MAX_BODY_BYTES {
            body.extend_from_slice(&chunk);
        }
    }
    if length > MAX_BODY_BYTES { Err(Problem::too_large(MAX_BODY_BYTES)) } else { Ok(body) }
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
