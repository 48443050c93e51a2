//! Answers that stand whole in memory are compressed for callers who take that. Exports and downloads are not: they are
//! sent as they are made, and a part of a file is told by its bytes.

use std::io::Write as _;

use actix_web::HttpResponse;
use actix_web::body::{BodySize, MessageBody as _};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::rt::task::spawn_blocking;
use actix_web::web::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::EntityTag;

/// What is smaller is sent as it is: it fits into a few packets anyway.
const MIN_BYTES: usize = 4 * 1024;
/// What is larger is compressed beside the async threads.
const MAX_BYTES_AT_ONCE: usize = 64 * 1024;

/// The bytes compressed; none where that is not worth it.
pub(crate) fn gzip(bytes: &[u8], level: Compression) -> Option<Bytes> {
    if bytes.len() < MIN_BYTES {
        return None;
    }
    let mut encoder = GzEncoder::new(Vec::new(), level);
    encoder.write_all(bytes).ok()?;
    let compressed = encoder.finish().ok()?;
    (compressed.len() < bytes.len()).then(|| compressed.into())
}

/// The answer, compressed where the caller takes that. `ready` is its body compressed, where that is done already.
pub(crate) async fn compressed(response: HttpResponse, headers: &HeaderMap, ready: Option<Bytes>) -> HttpResponse {
    let takes_gzip = takes_gzip(headers);
    if response.status() == StatusCode::NOT_MODIFIED {
        return with_known_tag(response, headers);
    }
    let is_large = match response.body().size() {
        BodySize::Sized(size) => usize::try_from(size).is_ok_and(|size| size >= MIN_BYTES),
        BodySize::None | BodySize::Stream => false,
    };
    if !is_large || !is_text(response.headers()) {
        return response;
    }
    let (mut response, body) = response.into_parts();
    let body = match body.try_into_bytes() {
        Ok(body) => body,
        Err(stream) => return response.set_body(stream),
    };
    response.headers_mut().append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    let compressed = match (takes_gzip, ready) {
        (false, _) => None,
        (true, Some(ready)) => Some(ready),
        (true, None) if body.len() <= MAX_BYTES_AT_ONCE => gzip(&body, Compression::fast()),
        (true, None) => {
            let body = body.clone();
            spawn_blocking(move || gzip(&body, Compression::fast())).await.ok().flatten()
        }
    };
    let Some(compressed) = compressed else { return response.set_body(body).map_into_boxed_body() };
    response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    tell_form(&mut response);
    response.set_body(compressed).map_into_boxed_body()
}

/// A caller who has the compressed form is told the tag of that.
fn with_known_tag(mut response: HttpResponse, headers: &HeaderMap) -> HttpResponse {
    let tag = response.headers().get(header::ETAG).and_then(|tag| tag.to_str().ok());
    if tag.is_some_and(|tag| EntityTag::is_gzip_form_known(tag, headers)) {
        tell_form(&mut response);
    }
    response
}

/// The compressed form has a tag of its own, since a strong one tells every byte.
fn tell_form<B>(response: &mut HttpResponse<B>) {
    let tag = response.headers().get(header::ETAG).and_then(|tag| tag.to_str().ok()).map(EntityTag::gzip_form);
    if let Some(tag) = tag.and_then(|tag| HeaderValue::from_str(&tag).ok()) {
        response.headers_mut().insert(header::ETAG, tag);
    }
}

fn is_text(headers: &HeaderMap) -> bool {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|media_type| media_type.to_str().ok());
    media_type.is_some_and(|media_type| media_type.starts_with("text/") || media_type.starts_with("application/json"))
}

/// Whether the caller names gzip, or everything, and does not rule it out (RFC 9110, section 12.5.3).
fn takes_gzip(headers: &HeaderMap) -> bool {
    let lists = headers.get_all(header::ACCEPT_ENCODING).filter_map(|list| list.to_str().ok());
    let entries = lists.flat_map(|list| list.split(',')).map(|entry| {
        let (coding, parameters) = entry.split_once(';').unwrap_or((entry, ""));
        let weight = parameters.trim().strip_prefix("q=").map_or(Some(1.0), |weight| weight.trim().parse::<f64>().ok());
        (coding.trim().to_ascii_lowercase(), weight.unwrap_or(0.0) > 0.0)
    });
    let entries: Vec<(String, bool)> = entries.collect();
    let weight_of = |wanted: &str| entries.iter().find(|(coding, _)| coding == wanted).map(|(_, is_taken)| *is_taken);
    weight_of("gzip").or_else(|| weight_of("*")).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(list: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, list.parse().unwrap());
        takes_gzip(&headers)
    }

    #[test]
    fn gzip_is_taken_where_it_is_named_and_not_ruled_out() {
        for list in ["gzip", "deflate, gzip;q=1.0, *;q=0.5", "*", "br, GZIP", "gzip; q=0.1", "identity;q=0, *"] {
            assert!(takes(list), "{list}");
        }
        for list in ["", "identity", "br", "gzip;q=0", "*;q=0", "gzip;q=0, *", "gzip;q=x", "gzipped"] {
            assert!(!takes(list), "{list}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }

    #[test]
    fn what_is_small_or_does_not_get_smaller_stays_as_it_is() {
        assert!(gzip(&[b'a'; MIN_BYTES - 1], Compression::fast()).is_none());
        assert!(gzip(&[b'a'; MIN_BYTES], Compression::fast()).is_some_and(|bytes| bytes.len() < 100));
        let noise: Vec<u8> =
            (0..200_u8).flat_map(|part| EntityTag::of(&[&[part]]).as_str().as_bytes().to_vec()).collect();
        assert!(gzip(&noise, Compression::fast()).is_none_or(|bytes| bytes.len() < noise.len()));
    }
}
