//! Answers as they are sent.

use actix_web::body::SizedStream;
use actix_web::http::header::{
    self, Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue, HeaderMap, HeaderName,
    HeaderValue,
};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};

use chrono::TimeDelta;
use futures_util::future::Either;
use futures_util::{StreamExt as _, stream};

use crate::call::JSON;
use crate::compression::compressed;
use crate::download::{Disposition, Extent};
use crate::export::{CSV_TYPE, Parts};
use crate::headers::{REQUEST_ID, locale};
use crate::metrics::Metrics;
use crate::pages::{Content, PAGE_METHODS, Page, Pages};
use crate::problem::Hint;
use crate::{Answer, Download, EntityTag, Problem, Texts};

/// What the form of a record depends on, beside the record.
const TAG_VARIES_BY: &str = "Authorization, Accept, Accept-Language";
const DATA_AGE: HeaderName = HeaderName::from_static("x-data-age");
const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// The answer to an export, as it is made.
pub(crate) fn send_export(operation: &str, parts: Parts, request_id: &str, method: &Method) -> HttpResponse {
    let name = operation.trim_end_matches(".list").replace('.', "-");
    let mut response = builder(StatusCode::OK, request_id);
    response
        .insert_header((header::CONTENT_TYPE, CSV_TYPE))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\"")));
    tell_age(&mut response, parts.age);
    if method == Method::HEAD { response.finish() } else { response.streaming(parts.stream()) }
}

/// A file that is sent while it is read, or as much of it as was asked for.
///
/// # Errors
/// A 416, and a 500 where it cannot be read.
pub(crate) async fn send_file(
    download: Download,
    request: &HttpRequest,
    request_id: &str,
) -> Result<HttpResponse, Problem> {
    let is_known = download.tag.as_ref().is_some_and(|tag| tag.is_known(request.headers()));
    let extent = if is_known { Extent::Whole } else { download.extent(request.method(), request.headers())? };
    let mut response = builder(if is_known { StatusCode::NOT_MODIFIED } else { StatusCode::OK }, request_id);
    if let Some(tag) = &download.tag {
        tell_tag(&mut response, tag);
    }
    if is_known {
        return Ok(response.finish());
    }
    let media_type = HeaderValue::from_str(&download.media_type);
    let media_type = media_type.map_err(|_| Problem::internal("a media type is not a valid header"))?;
    response
        .insert_header((header::CONTENT_TYPE, media_type))
        .insert_header((header::CONTENT_DISPOSITION, disposition(download.disposition, &download.name)))
        // What others uploaded must not run as a page of ours.
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .insert_header((header::ACCEPT_RANGES, if download.length.is_some() { "bytes" } else { "none" }));
    let length = match (extent, download.length) {
        (Extent::Whole, length) => length,
        (Extent::Part(first, last), full) => {
            let full = full.map_or_else(|| "*".to_owned(), |full| full.to_string());
            response.status(StatusCode::PARTIAL_CONTENT);
            response.insert_header((header::CONTENT_RANGE, format!("bytes {first}-{last}/{full}")));
            Some(last - first + 1)
        }
    };
    let is_head = request.method() == Method::HEAD;
    let chunks = if is_head { Either::Left(stream::empty()) } else { Either::Right(download.read(extent).await?) };
    Ok(match length {
        Some(length) => response.body(SizedStream::new(length, chunks.boxed_local())),
        None => response.streaming(chunks),
    })
}

/// The answer that turns a call into a WebSocket.
pub(crate) fn upgraded(mut response: HttpResponse, request_id: &str) -> HttpResponse {
    if let Ok(request_id) = HeaderValue::from_str(request_id) {
        response.headers_mut().insert(REQUEST_ID, request_id);
    }
    response
}

/// What a browser does with a file, and the name that it gets (RFC 6266): in ASCII for old callers, and as it is.
fn disposition(disposition: Disposition, name: &str) -> ContentDisposition {
    let is_odd = |letter: char| letter.is_control() || matches!(letter, '/' | '\\' | '"');
    let name: String = name.chars().map(|letter| if is_odd(letter) { '_' } else { letter }).collect();
    let plain = name.chars().map(|letter| if letter.is_ascii() { letter } else { '_' }).collect();
    let mut parameters = vec![DispositionParam::Filename(plain)];
    if !name.is_ascii() {
        let charset = Charset::Ext("UTF-8".to_owned());
        let value = ExtendedValue { charset, language_tag: None, value: name.into_bytes() };
        parameters.push(DispositionParam::FilenameExt(value));
    }
    let disposition = match disposition {
        Disposition::Attachment => DispositionType::Attachment,
        Disposition::Inline => DispositionType::Inline,
    };
    ContentDisposition { disposition, parameters }
}

/// The answer to a call of a page, and what the log is told of a refusal.
pub(crate) async fn serve_page(
    pages: &Pages,
    metrics: &Metrics,
    texts: &Texts,
    page: Page,
    request: &HttpRequest,
    request_id: &str,
) -> (HttpResponse, Option<String>) {
    let method = request.method();
    let content = if method == Method::GET || method == Method::HEAD {
        pages.content(page, metrics).await
    } else {
        Err(Problem::method_not_allowed())
    };
    match content {
        Ok(Content { content_type, body, gzip, tag, policy }) => {
            let is_known = tag.as_ref().is_some_and(|tag| tag.is_known(request.headers()));
            let mut response = builder(if is_known { StatusCode::NOT_MODIFIED } else { StatusCode::OK }, request_id);
            if let Some(tag) = &tag {
                response.insert_header((header::ETAG, tag.as_str()));
                response.insert_header((header::CACHE_CONTROL, "no-cache"));
            }
            if let Some(policy) = policy {
                response.insert_header((header::CONTENT_SECURITY_POLICY, policy));
            }
            if is_known {
                return (compressed(response.finish(), request.headers(), None).await, None);
            }
            response.insert_header((header::CONTENT_TYPE, content_type));
            (compressed(response.body(body), request.headers(), gzip).await, None)
        }
        Err(problem) => {
            (refuse(&problem, texts, request.headers(), request_id, Some(&PAGE_METHODS.join(", "))), problem.cause)
        }
    }
}

/// An answer that stands whole in memory, or 304 where the caller has it.
pub(crate) fn respond(answer: Answer, request: &HttpRequest, request_id: &str) -> HttpResponse {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let is_known = is_read && answer.tag.as_ref().is_some_and(|tag| tag.is_known(request.headers()));
    let status = if is_known { StatusCode::NOT_MODIFIED } else { status_of(answer.status) };
    let mut response = builder(status, request_id);
    if let Some(tag) = &answer.tag {
        // No shared or private cache keeps records, which are about people and their money; whoever keeps one asks with
        // its tag by themselves.
        response.insert_header((header::ETAG, tag.as_str())).insert_header((header::VARY, TAG_VARIES_BY));
    }
    if is_known {
        return response.finish();
    }
    if !answer.body.is_empty() {
        response.insert_header((header::CONTENT_TYPE, answer.media_type));
    }
    if let Some(location) = &answer.location {
        response.insert_header((header::LOCATION, location.as_str()));
    }
    if let Some(name) = &answer.file_name {
        response.insert_header((header::CONTENT_DISPOSITION, disposition(Disposition::Attachment, name)));
    }
    if let Some(language) = &answer.language {
        response.insert_header((header::CONTENT_LANGUAGE, language.as_str()));
    }
    tell_age(&mut response, answer.age);
    if answer.is_replayed {
        response.insert_header((IDEMPOTENT_REPLAYED, "true"));
    }
    if answer.body.is_empty() { response.finish() } else { response.body(answer.body) }
}

/// Tells how old the data is that a replica gave, in whole seconds, rounded up.
fn tell_age(response: &mut HttpResponseBuilder, age: Option<TimeDelta>) {
    if let Some(age) = age {
        let seconds = age.num_seconds() + i64::from(age.subsec_nanos() > 0);
        response.insert_header((DATA_AGE, seconds.to_string()));
    }
}

fn status_of(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Tells the tag of a file. The caller may keep the answer, but asks each time whether it still holds; others who
/// share the caller's cache may not have it.
fn tell_tag(response: &mut HttpResponseBuilder, tag: &EntityTag) {
    response
        .insert_header((header::ETAG, tag.as_str()))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .insert_header((header::VARY, TAG_VARIES_BY));
}

pub(crate) fn refuse(
    problem: &Problem,
    texts: &Texts,
    headers: &HeaderMap,
    request_id: &str,
    allow: Option<&str>,
) -> HttpResponse {
    let status = status_of(problem.status);
    let mut response = builder(status, request_id);
    response.insert_header((header::CONTENT_TYPE, JSON));
    match problem.hint {
        Some(Hint::RetryAfterS(seconds)) => {
            response.insert_header((header::RETRY_AFTER, seconds));
        }
        Some(Hint::FullLength(length)) => {
            response.insert_header((header::CONTENT_RANGE, format!("bytes */{length}")));
        }
        None => {}
    }
    if status == StatusCode::UPGRADE_REQUIRED {
        response.insert_header((header::UPGRADE, "websocket"));
        response.insert_header((header::SEC_WEBSOCKET_VERSION, "13"));
    }
    if let Some(methods) = allow.filter(|_| status == StatusCode::METHOD_NOT_ALLOWED) {
        response.insert_header((header::ALLOW, methods));
    }
    if status == StatusCode::UNAUTHORIZED {
        response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
    }
    let body = problem.body(texts, &locale(headers), request_id);
    response.insert_header((header::CONTENT_LANGUAGE, body.language));
    response.body(body.json)
}

/// What every answer begins with.
pub(crate) fn builder(status: StatusCode, request_id: &str) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response
        .insert_header((REQUEST_ID, request_id))
        .insert_header((header::CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")));
    response
}
