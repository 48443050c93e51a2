use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ::http::CallFault;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::value::{FaultCode as _, Locale};
use futures_util::StreamExt as _;
use serde_json::{Map, Value};
use storage::identity::sessions::Session;
use storage::{DbConnection, Failure, Recipient, Tx};
use tokio::sync::oneshot;

use super::client_address::client_address;
use super::export::{Parts, export};
use super::negotiation::prefers_csv;
use super::pages::{Content, PAGE_METHODS, Page, Pages};
use super::read_cache::Question;
use super::{Answer, Call, Deadline, Found, InFlight, answer_once, replay};
use crate::request::CSV;
use crate::routes::{Reading, Route, Run, Writing};
use crate::server::App;
use crate::texts::TEXTS;
use crate::{Fault, Problem, RequestFault};

/// The largest JSON body.
const MAX_BODY_BYTES: usize = 1024 * 1024;
/// How much of a body that is too large is read and thrown away, so that the answer arrives.
const MAX_DRAINED_BYTES: usize = 32 * 1024 * 1024;
/// How long a body may take to come.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);
const MAX_REQUEST_ID_CHARS: usize = 64;
const MAX_IDEMPOTENCY_KEY_CHARS: usize = 255;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// Answers one call.
pub(crate) async fn dispatch(
    app: Data<App>,
    pages: Data<Pages>,
    request: HttpRequest,
    payload: Payload,
) -> HttpResponse {
    let app = app.into_inner();
    let begun = Instant::now();
    let request_id = request_id(request.headers());
    if let Some(page) = Page::of(request.path()) {
        let (response, cause) = serve_page(&app, &pages, page, &request, &request_id).await;
        log_call(&request, &request_id, response.status().as_u16(), begun.elapsed(), cause);
        return response;
    }
    let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
    let ip = client_address(peer, request.headers(), app.config.forwarded_header, &app.config.trusted_proxies);
    // HEAD asks for what GET would answer; the library leaves the body out.
    let method = if request.method() == Method::HEAD { &Method::GET } else { request.method() };
    let found = app.router.find(method.as_str(), request.path());
    let route = if let Found::Route(number, _) = found { app.router.get(number) } else { None };
    let operation = route.map_or("none", |route| route.operation.as_str());
    let allow = if let Found::OtherMethods(methods) = &found { Some(methods.clone()) } else { None };
    let deadline = Deadline::in_time(app.config.call_timeout);
    let answer = serve(&app, &request, payload, found, ip, &request_id, deadline).await;
    let (response, cause) = match answer {
        Ok(Reply::Whole(answer)) => (respond(answer, &request_id), None),
        Ok(Reply::Export(parts)) => (stream(operation, parts, &request_id, request.method()), None),
        Err(problem) => (refuse(&problem, request.headers(), &request_id, allow.as_deref()), problem.cause),
    };
    let took = begun.elapsed();
    let status = response.status().as_u16();
    app.metrics.count(operation, status, took);
    log_call(&request, &request_id, status, took, cause);
    response
}

fn log_call(request: &HttpRequest, request_id: &str, status: u16, took: Duration, cause: Option<String>) {
    let (method, path, took_ms) = (request.method(), request.path(), took.as_millis());
    match cause {
        Some(cause) => log::error!("{request_id} {method} {path} {status} {took_ms}ms: {cause}"),
        None if (method == Method::GET || method == Method::HEAD) && status < 400 => {
            log::debug!("{request_id} {method} {path} {status} {took_ms}ms");
        }
        None => log::info!("{request_id} {method} {path} {status} {took_ms}ms"),
    }
}

async fn serve(
    app: &Arc<App>,
    request: &HttpRequest,
    payload: Payload,
    found: Found,
    ip: IpAddr,
    request_id: &str,
    mut deadline: Deadline,
) -> Result<Reply, Problem> {
    let path = request.path();
    let (number, segments) = match found {
        Found::Route(number, segments) => (number, segments),
        Found::OtherMethods(_) => {
            deadline.hold(app.admission.admit(app, ip, path, None)).await?;
            return Err(Problem::method_not_allowed());
        }
        Found::Nothing => {
            deadline.hold(app.admission.admit(app, ip, path, None)).await?;
            return Err(Problem::no_such_path());
        }
    };
    let route = app.router.get(number).ok_or_else(Problem::no_such_path)?;
    let token = if route.needs_user { Some(bearer(request.headers()).unwrap_or_default()) } else { None };
    // What is more than one transaction, or long, begins with rights as they are now.
    let is_long = matches!(route.run, Run::Act(_)) || (route.export.is_some() && wants_csv(request));
    if app.database.is_shared() && is_long {
        app.admission.forget();
    }
    let session = deadline.hold(admit(app, route, ip, path, token)).await?;
    let question = question(app, request, route, session.as_deref()).filter(|_| !wants_csv(request));
    let generation = app.database.generation();
    if let (Some(cache), Some(question)) = (&app.read_cache, &question)
        && let Some(answer) = cache.get(generation, question)
    {
        return Ok(Reply::Whole(answer));
    }
    let mut call = Call {
        operation: route.operation,
        path: path.to_owned(),
        segments,
        query: request.query_string().to_owned(),
        locale: locale(request.headers()),
        ip,
        request_id: request_id.to_owned(),
        session,
        bearer: if route.takes_platform_key { bearer(request.headers()).map(ToOwned::to_owned) } else { None },
        raw_body: Vec::new(),
        object: Ok(Map::new()),
        password_hash: None,
        idempotency_key: None,
    };
    if route.method != "GET" {
        call.raw_body = deadline.leave_out(read_body(request, payload)).await?;
        call.object = object(&call.raw_body);
        if route.takes_key {
            call.idempotency_key = idempotency_key(request.headers())?;
        }
    }
    if route.export.is_some() && wants_csv(request) {
        return Ok(Reply::Export(deadline.hold(export(app, number, Arc::new(call))).await?));
    }
    let mut call = Arc::new(call);
    // Claimed before any work: of many calls with one key, one works.
    let held = InFlight::hold(&app.in_flight, &call)?;
    let mut answer = deadline.hold(run(app, number, route, &mut call)).await;
    for _ in 0..MAX_STALE_RUNS {
        if !answer.as_ref().is_err_and(|problem| problem.is_stale) {
            break;
        }
        app.admission.forget();
        let session = deadline.hold(admit(app, route, ip, path, token)).await?;
        call = Arc::new(Call { session, ..Call::clone(&call) });
        answer = deadline.hold(run(app, number, route, &mut call)).await;
    }
    drop(held);
    let answer = answer?;
    if let (Some(cache), Some(question)) = (&app.read_cache, question) {
        cache.keep(generation, question, &answer);
    }
    Ok(Reply::Whole(answer))
}

/// How often a call is run again because its caller's rights changed in the meantime.
const MAX_STALE_RUNS: usize = 3;

/// Lets a call in, if its user may make it.
async fn admit(
    app: &Arc<App>,
    route: &Route,
    ip: IpAddr,
    path: &str,
    token: Option<&str>,
) -> Result<Option<Arc<Session>>, Problem> {
    let may =
        |session: &Option<Arc<Session>>| session.as_ref().is_none_or(|session| session.rights.allow(route.operation));
    let mut session = app.admission.admit(app, ip, path, token).await?;
    if !may(&session) && app.database.is_shared() {
        // A right that was given on another server counts at once, too.
        app.admission.forget();
        session = app.admission.admit(app, ip, path, token).await?;
    }
    if may(&session) { Ok(session) } else { Err(Problem::forbidden(CallFault::PermissionMissing)) }
}

/// Holds that the session still holds, in the transaction that rests on it.
fn check_session<'a>(conn: &mut DbConnection, call: &'a Call) -> Result<&'a Session, Problem> {
    let session = call.session()?;
    if storage::identity::sessions::holds(conn, session)? { Ok(session) } else { Err(Problem::stale_session()) }
}

/// What is sent back.
enum Reply {
    Whole(Answer),
    Export(Parts),
}

/// Whether a list is asked for as CSV: by the query or, where that is silent, by the header.
fn wants_csv(request: &HttpRequest) -> bool {
    let mut query = url::form_urlencoded::parse(request.query_string().as_bytes());
    if let Some((_, format)) = query.find(|(name, _)| name == "format") {
        format == CSV
    } else {
        let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
        accept.is_some_and(prefers_csv)
    }
}

/// The answer to an export, as it is made.
fn stream(operation: &str, parts: Parts, request_id: &str, method: &Method) -> HttpResponse {
    let name = operation.trim_end_matches(".list").replace('.', "-");
    let mut response = builder(StatusCode::OK, request_id);
    response
        .insert_header((header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present"))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\"")));
    if method == Method::HEAD { response.finish() } else { response.streaming(parts.stream()) }
}

/// The answer to a call of a page, and what the log is told of a refusal.
async fn serve_page(
    app: &Arc<App>,
    pages: &Pages,
    page: Page,
    request: &HttpRequest,
    request_id: &str,
) -> (HttpResponse, Option<String>) {
    let method = request.method();
    let content = if method == Method::GET || method == Method::HEAD {
        pages.content(page, app).await
    } else {
        Err(Problem::method_not_allowed())
    };
    match content {
        Ok(Content { content_type, body, policy }) => {
            let mut response = builder(StatusCode::OK, request_id);
            response.insert_header((header::CONTENT_TYPE, content_type));
            if let Some(policy) = policy {
                response.insert_header((header::CONTENT_SECURITY_POLICY, policy));
            }
            (response.body(body), None)
        }
        Err(problem) => (refuse(&problem, request.headers(), request_id, Some(PAGE_METHODS)), problem.cause),
    }
}

/// What the answer to a read rests on, where answers are kept.
fn question(app: &App, request: &HttpRequest, route: &Route, session: Option<&Session>) -> Option<Question> {
    if app.read_cache.is_none() || !route.is_kept || !matches!(route.run, Run::Read(_)) {
        return None;
    }
    let path_and_query = request.uri().path_and_query()?.as_str().to_owned();
    let language = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|header| header.to_str().ok());
    Some(Question { user: session?.user, path_and_query, language: language.unwrap_or_default().to_owned() })
}

/// How many rates of outside providers one call may ask for.
const MAX_RATES_ASKED: usize = 16;

async fn run(app: &Arc<App>, number: usize, route: &Route, call: &mut Arc<Call>) -> Result<Answer, Problem> {
    if let Some(answer) = prepare(app, route, call).await? {
        return Ok(answer);
    }
    let mut answer = run_once(app, number, route, call).await;
    for _ in 0..MAX_RATES_ASKED {
        // Outside providers are asked between two runs, never within a transaction.
        let Some(need) = answer.as_ref().err().and_then(|problem| problem.rate_needed.as_deref().copied()) else {
            break;
        };
        crate::rates::fetch(app, need).await?;
        answer = run_once(app, number, route, call).await;
    }
    if !matches!(route.run, Run::Read(_)) {
        app.count_access_write(route.operation);
    }
    answer
}

/// What comes before the transaction, which has no time for it: the first answer where the call is a repeated one, so
/// that no work is done twice, else the hash of the body's password.
async fn prepare(app: &Arc<App>, route: &Route, call: &mut Arc<Call>) -> Result<Option<Answer>, Problem> {
    let works_before = route.hashes_password || matches!(route.run, Run::Act(_));
    if works_before && call.idempotency_key.is_some() {
        let (serving, calling) = (Arc::clone(app), Arc::clone(call));
        let first = write(app, move |tx| {
            check_session(tx.conn, &calling)?;
            replay(&serving, &calling, tx)
        });
        if let Some(answer) = first.await? {
            return Ok(Some(answer));
        }
    }
    if route.hashes_password && call.password_hash.is_none() {
        let password_hash = password_hash(app, call).await?;
        *call = Arc::new(Call { password_hash, ..Call::clone(call) });
    }
    Ok(None)
}

async fn run_once(app: &Arc<App>, number: usize, route: &Route, call: &Arc<Call>) -> Result<Answer, Problem> {
    let call = Arc::clone(call);
    match &route.run {
        Run::Act(act) => act(Arc::clone(app), call).await,
        Run::Read(_) => {
            let serving = Arc::clone(app);
            read(app, move |conn| match serving.router.get(number).map(|route| &route.run) {
                Some(Run::Read(handler)) => {
                    let session = check_session(conn, &call)?;
                    handler(&mut Reading { conn, call: &call, session, app: &serving })
                }
                _ => Err(Problem::no_such_path()),
            })
            .await
        }
        Run::Write(_) => {
            let serving = Arc::clone(app);
            write(app, move |tx| match serving.router.get(number).map(|route| &route.run) {
                Some(Run::Write(handler)) => {
                    let session = check_session(tx.conn, &call)?;
                    answer_once(&serving, &call, tx, |tx| {
                        handler(&mut Writing { tx, call: &call, session, app: &serving })
                    })
                }
                _ => Err(Problem::no_such_path()),
            })
            .await
        }
    }
}

/// A call that awaits an answer of the database, until its deadline.
struct Awaiting<A>(oneshot::Sender<A>);

impl<A: Send + 'static> Recipient<A> for Awaiting<A> {
    fn is_waiting(&self) -> bool {
        !self.0.is_closed()
    }

    fn deliver(self, answer: A) {
        // Nobody hears it after the deadline of the call.
        drop(self.0.send(answer));
    }
}

/// Runs a read on a thread of the database; the async thread goes on meanwhile.
pub(crate) async fn read<T, E>(
    app: &Arc<App>,
    work: impl FnMut(&mut DbConnection) -> Result<T, E> + Send + 'static,
) -> Result<T, Problem>
where
    T: Send + 'static,
    E: Failure + Into<Problem>,
{
    let (sender, receiver) = oneshot::channel();
    app.database.submit_read(work, Awaiting(sender));
    receiver.await.map_err(|_| Problem::unavailable("the server stops"))?.map_err(Into::into)
}

/// Runs a write on a thread of the database.
pub(crate) async fn write<T, E>(
    app: &Arc<App>,
    work: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
) -> Result<T, Problem>
where
    T: Send + 'static,
    E: Failure + Into<Problem>,
{
    let (sender, receiver) = oneshot::channel();
    app.database.submit_write(work, Awaiting(sender));
    receiver.await.map_err(|_| Problem::unavailable("the server stops"))?.map_err(Into::into)
}

/// The hash of the body's password, where it has a good one.
async fn password_hash(app: &App, call: &Call) -> Result<Option<String>, Problem> {
    let password = call.object.as_ref().ok().and_then(|object| object.get("password")).and_then(Value::as_str);
    match password {
        Some(password) if password.parse::<domain::identity::Password>().is_ok() => {
            app.hasher.enter()?.hash(password.to_owned()).await.map(Some)
        }
        // The body's reader says what is wrong with it.
        _ => Ok(None),
    }
}

async fn read_body(request: &HttpRequest, payload: Payload) -> Result<Vec<u8>, Problem> {
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

/// A body that is left out counts as an empty object: what is required in it is then told.
fn object(body: &[u8]) -> Result<Map<String, Value>, Fault> {
    if body.is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(RequestFault::BodyNotObject.into()),
        Err(error) => Err(RequestFault::NotJson.with("cause", error.to_string()).into()),
    }
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
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

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn locale(headers: &HeaderMap) -> Locale {
    let header = headers.get(header::ACCEPT_LANGUAGE).and_then(|header| header.to_str().ok());
    header.map(Locale::from_accept_language).unwrap_or_default()
}

/// The caller's own id if it is sane, else a fresh one.
fn request_id(headers: &HeaderMap) -> String {
    let sane = |text: &&str| {
        (1..=MAX_REQUEST_ID_CHARS).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    };
    let sent = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok()).filter(sane);
    sent.map_or_else(fresh_request_id, ToOwned::to_owned)
}

pub(super) fn fresh_request_id() -> String {
    URL_SAFE_NO_PAD.encode(crate::secrets::random::<12>().unwrap_or_default())
}

fn respond(answer: Answer, request_id: &str) -> HttpResponse {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = builder(status, request_id);
    if let Some(location) = &answer.location {
        response.insert_header((header::LOCATION, location.as_str()));
    }
    if let Some(language) = &answer.language {
        response.insert_header((header::CONTENT_LANGUAGE, language.as_str()));
    }
    if answer.is_replayed {
        response.insert_header((IDEMPOTENT_REPLAYED, "true"));
    }
    if answer.body.is_empty() { response.finish() } else { response.body(answer.body) }
}

fn refuse(problem: &Problem, headers: &HeaderMap, request_id: &str, allow: Option<&str>) -> HttpResponse {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = builder(status, request_id);
    if let Some(seconds) = problem.retry_after_s {
        response.insert_header((header::RETRY_AFTER, seconds));
    }
    if let Some(methods) = allow.filter(|_| status == StatusCode::METHOD_NOT_ALLOWED) {
        response.insert_header((header::ALLOW, methods));
    }
    if status == StatusCode::UNAUTHORIZED {
        response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
    }
    let body = problem.body(&TEXTS, &locale(headers), request_id);
    response.insert_header((header::CONTENT_LANGUAGE, body.language));
    response.body(body.json)
}

fn builder(status: StatusCode, request_id: &str) -> actix_web::HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response
        .insert_header((REQUEST_ID, request_id))
        .insert_header((header::CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")));
    if status != StatusCode::NO_CONTENT {
        response.insert_header((header::CONTENT_TYPE, HeaderValue::from_static("application/json")));
    }
    response
}
