//! The server: the interfaces that it serves, and its life.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_http::error::DispatchError;
use actix_http::{HttpService, Protocol};
use actix_server::{GracefulShutdownSignal, Server};
use actix_service::{IntoServiceFactory as _, ServiceFactoryExt as _, fn_service, map_config};
use actix_web::dev::{AppConfig, ServerHandle};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderValue};
use actix_web::rt::net::TcpStream;
use actix_web::web::{self, Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use logging::{LogContext, Span};
use prometheus::core::Collector;
use storage::Database;
use tokio::sync::Semaphore;

use crate::client_address::{client_address, is_trusted};
use crate::compression::compressed;
use crate::connection::{Connection, Verbatim};
use crate::cors;
use crate::export::Exports;
use crate::headers::request_id;
use crate::metrics::{Metrics, Refresh};
use crate::mounted::{Incoming, Mounted, Outcome, Reply, Taken};
use crate::pages::{PAGE_METHODS, Page, Pages};
use crate::respond::{refuse, respond, send_export, send_file, serve_page, upgraded};
use crate::serve::{Mount, Shared};
use crate::socket::Sockets;
use crate::socket_io::{SocketEvents, SocketMount};
use crate::transport::Transport;
use crate::{Deadline, Interface, Route, Settings, Tls, openapi};

/// How many calls wait for a worker before the kernel refuses more.
const BACKLOG: u32 = 1024;
/// How long the head of a request may take to arrive.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
/// How long calls that are under way may take to end when the server stops.
const SHUTDOWN_TIMEOUT_S: u64 = 30;
/// How many long answers are made at once; further ones wait.
const LONG_ANSWERS_AT_ONCE: usize = 4;
/// How many sockets of routes are open at once.
const MAX_SOCKETS: usize = 4_096;
/// How long browsers call this host over TLS alone: a year. Other hosts of the domain are not ours to speak for.
const TLS_ONLY: &str = "max-age=31536000";
/// The span that a call is a part of (W3C Trace Context).
const TRACEPARENT: &str = "traceparent";

/// The interfaces of a server, put together before it starts.
pub struct Service {
    shared: Arc<Shared>,
    /// The interface that also answers for paths of none.
    main: Arc<dyn Mounted>,
    /// All of them, the longest prefix first.
    mounts: Vec<Arc<dyn Mounted>>,
    database: Database,
    tls: Option<Arc<Tls>>,
    info: &'static openapi::Info,
}

/// The interfaces as they are served, and the pages beside them.
struct Served {
    service: Service,
    pages: Pages,
}

impl Service {
    /// A server of one interface. The OpenAPI document tells of this one and of those that are added.
    ///
    /// # Errors
    /// Faults of the program: routes that cannot be told apart.
    pub fn new<I: Interface>(
        settings: Settings,
        context: &Arc<I::Context>,
        routes: Vec<Route<I>>,
        info: &'static openapi::Info,
    ) -> std::io::Result<Self> {
        let metrics = Metrics::new().map_err(std::io::Error::other)?;
        let sockets = Sockets::new(&settings, MAX_SOCKETS);
        let long_answers = Arc::new(Semaphore::new(LONG_ANSWERS_AT_ONCE));
        let shared = Arc::new(Shared { settings, metrics, exports: Exports::default(), long_answers, sockets });
        let database = Database::clone(I::database(context));
        let main: Arc<dyn Mounted> = Arc::new(mounted::<I>(&shared, context, routes)?);
        Ok(Self { shared, mounts: vec![Arc::clone(&main)], main, database, tls: None, info })
    }

    /// The same with another interface beside it.
    ///
    /// # Errors
    /// Routes that cannot be told apart.
    pub fn with<I: Interface>(self, context: &Arc<I::Context>, routes: Vec<Route<I>>) -> std::io::Result<Self> {
        let mount = mounted::<I>(&self.shared, context, routes)?;
        Ok(self.and(Arc::new(mount)))
    }

    /// The same with Socket.IO beside it.
    #[must_use]
    pub fn with_socket_io<E: SocketEvents>(self, events: Arc<E>) -> Self {
        let mount = SocketMount::new(events, Arc::clone(&self.shared), self.main.texts());
        self.and(Arc::new(mount))
    }

    /// The same, which tells what others count, too.
    ///
    /// # Errors
    /// Faults of the program: a metric that is told already.
    pub fn with_metrics(self, collectors: Vec<Box<dyn Collector>>, refresh: Refresh) -> std::io::Result<Self> {
        let metrics = &self.shared.metrics;
        collectors.into_iter().try_for_each(|one| metrics.register(one)).map_err(std::io::Error::other)?;
        metrics.refresh_by(refresh);
        Ok(self)
    }

    /// The same, which speaks TLS and nothing else.
    ///
    /// # Errors
    /// Faults of the program.
    pub fn with_tls(self, tls: Arc<Tls>) -> std::io::Result<Self> {
        let ends_at = Box::new(tls.ends_at.clone());
        self.shared.metrics.register(ends_at).map_err(std::io::Error::other)?;
        Ok(Self { tls: Some(tls), ..self })
    }

    fn and(mut self, mount: Arc<dyn Mounted>) -> Self {
        self.mounts.push(mount);
        self.mounts.sort_by_key(|mount| std::cmp::Reverse(mount.prefix().len()));
        self
    }

    fn pages(&self) -> Pages {
        // In the order of their prefixes, so that the document is always the same.
        let (mounts, info) = (self.mounts.clone(), self.info);
        let write = move || {
            let mut document = openapi::Document::default();
            mounts.iter().rev().try_for_each(|mount| mount.describe(&mut document))?;
            document.write(info)
        };
        Pages::new(self.database.clone(), Arc::new(write))
    }

    /// The interface of a path.
    fn mount_of(&self, path: &str) -> &Arc<dyn Mounted> {
        let below =
            |prefix: &str| path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        self.mounts.iter().find(|mount| below(mount.prefix())).unwrap_or(&self.main)
    }
}

fn mounted<I: Interface>(
    shared: &Arc<Shared>,
    context: &Arc<I::Context>,
    routes: Vec<Route<I>>,
) -> std::io::Result<Mount<I>> {
    Mount::new(Arc::clone(context), routes, Arc::clone(shared)).map_err(std::io::Error::other)
}

/// A server that was started.
pub struct RunningServer {
    /// Where it listens.
    pub address: SocketAddr,
    /// Stops it.
    pub handle: ServerHandle,
    server: actix_web::dev::Server,
}

impl RunningServer {
    /// Serves until it is stopped, by its handle or by SIGTERM, then ends what is under way.
    ///
    /// # Errors
    /// Those of the sockets.
    pub async fn serve(self) -> std::io::Result<()> {
        self.server.await
    }
}

/// Starts a server on a listener. Within an actix system, as `actix_web::rt::System` makes it.
///
/// # Errors
/// Those of the socket.
pub fn start(service: Service, listener: TcpListener, workers: usize) -> std::io::Result<RunningServer> {
    let address = listener.local_addr()?;
    let write_timeout = service.shared.settings.write_timeout;
    let texts = service.main.texts();
    let pages = service.pages();
    let tls = service.tls.clone();
    let served = Data::new(Served { service, pages });
    let builder = Server::build().workers(workers).backlog(BACKLOG).shutdown_timeout(SHUTDOWN_TIMEOUT_S);
    let shutdown = builder.graceful_shutdown_signal();
    // As actix-web's own server does it, but for the connection, which is ours.
    let server = builder
        .listen("http", listener, move || {
            let (served, shutdown) = (served.clone(), shutdown.clone());
            let stopping = Data::new(shutdown.clone());
            let app = actix_web::App::new().app_data(served).app_data(stopping).default_service(web::to(dispatch));
            let app = app.into_factory().map_err(HttpResponse::from_error);
            let http = HttpService::build()
                .graceful_shutdown_signal(move || {
                    let shutdown = shutdown.clone();
                    async move { shutdown.notified().await }
                })
                .on_connect_ext(|connection: &Connection, data| drop(data.insert(connection.verbatim())))
                .client_request_timeout(HEAD_TIMEOUT)
                .local_addr(address)
                .finish(map_config(app, move |()| AppConfig::default()));
            let tls = tls.clone();
            fn_service(move |stream: TcpStream| {
                let (tls, peer) = (tls.clone(), stream.peer_addr().ok());
                async move {
                    let transport = Transport::open(stream, tls.as_deref(), write_timeout).await;
                    let transport = transport.inspect_err(|error| log::debug!("{peer:?}: {error}"))?;
                    Ok::<_, DispatchError>((Connection::new(transport, texts), Protocol::Http1, peer))
                }
            })
            .and_then(http)
        })?
        .run();
    Ok(RunningServer { address, handle: server.handle(), server })
}

/// Answers one call. Its id, its address and its caller stand in every line of the log that is written for it.
async fn dispatch(
    served: Data<Served>,
    stopping: Data<GracefulShutdownSignal>,
    request: HttpRequest,
    payload: Payload,
) -> HttpResponse {
    let request_id = request_id(request.headers());
    let service = &served.service;
    let (mount, origins) = (service.mount_of(request.path()), &service.shared.settings.cors_origins);
    let preflight = cors::preflight(origins, &request, || taken(mount.as_ref(), &request), &request_id);
    let mut response = if let Some(response) = preflight {
        log::debug!("OPTIONS {} is a preflight", request.path());
        response
    } else {
        let settings = &service.shared.settings;
        let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
        let ip = client_address(peer, request.headers(), settings.forwarded_header, &settings.trusted_proxies);
        let sent = request.headers().get(TRACEPARENT).filter(|_| is_trusted(peer, &settings.trusted_proxies));
        let mut span = Span::of_call(request.method().as_str(), sent.and_then(|sent| sent.to_str().ok()));
        let context = LogContext::of_call(&request_id).with_address(ip).with_span(&span);
        let answering = answer(served.clone(), &stopping, request.clone(), payload, request_id, ip, &mut span);
        context.hold(answering).await
    };
    cors::tell(origins, &request, mount.takes_credentials(), response.headers_mut());
    if service.tls.is_some() {
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(TLS_ONLY));
    }
    response
}

/// What a path takes, of a page or below the interface.
fn taken(mount: &dyn Mounted, request: &HttpRequest) -> Option<Taken> {
    match Page::of(request.path()) {
        Some(_) => Some(Taken { methods: PAGE_METHODS.to_vec(), headers: Vec::new() }),
        None => mount.takes(request.path()),
    }
}

async fn answer(
    served: Data<Served>,
    stopping: &GracefulShutdownSignal,
    request: HttpRequest,
    payload: Payload,
    request_id: String,
    ip: IpAddr,
    span: &mut Span,
) -> HttpResponse {
    let begun = Instant::now();
    let Served { service, pages } = &**served;
    let mount = service.mount_of(request.path());
    if let Some(page) = Page::of(request.path()) {
        let (response, cause) =
            serve_page(pages, &service.shared.metrics, mount.texts(), page, &request, &request_id).await;
        log_call(&request, response.status().as_u16(), begun.elapsed(), cause);
        return response;
    }
    // HEAD asks for what GET would answer; the library leaves the body out.
    let method = if request.method() == Method::HEAD { &Method::GET } else { request.method() };
    let deadline = Deadline::in_time(service.shared.settings.call_timeout);
    let (method, request_id) = (method.as_str(), request_id.as_str());
    let stopping = stopping.clone();
    let incoming = Incoming { request: &request, payload, method, ip, request_id, deadline, stopping };
    let Outcome { operation, route, reply, allow } = Arc::clone(mount).answer(incoming).await;

    if let (Ok(reply), Some(verbatim)) = (&reply, request.conn_data::<Verbatim>())
        && reply.is_verbatim()
    {
        verbatim.begin();
    }
    let response = match reply {
        Ok(Reply::Whole(answer)) => {
            Ok(compressed(respond(answer, &request, request_id), request.headers(), None).await)
        }
        Ok(Reply::Export(parts)) => Ok(send_export(operation, parts, request_id, request.method())),
        Ok(Reply::Upgrade(response)) => Ok(upgraded(response, request_id)),
        Ok(Reply::Download(download)) => send_file(download, &request, request_id).await,
        Err(problem) => Err(problem),
    };
    let (response, cause) = response.map_or_else(
        |problem| {
            let response = refuse(&problem, mount.texts(), request.headers(), request_id, allow.as_deref());
            (response, problem.cause)
        },
        |response| (response, None),
    );
    let took = begun.elapsed();
    let status = response.status().as_u16();
    tell(span, &request, route, request_id, status);
    service.shared.metrics.count(operation, status, took);
    log_call(&request, status, took, cause);
    response
}

/// Tells the span of a call what it was; paths may hold tokens, so the route stands for them.
fn tell(span: &mut Span, request: &HttpRequest, route: Option<&'static str>, request_id: &str, status: u16) {
    if !span.is_recording() {
        return;
    }
    let method = request.method().as_str();
    if let Some(route) = route {
        span.rename(format!("{method} {route}"));
        span.tell("http.route", route);
    }
    span.tell("http.request.method", method.to_owned());
    span.tell("http.response.status_code", i64::from(status));
    span.tell("backoffice.request_id", request_id.to_owned());
    if status >= 500 {
        span.fail("the log has the cause");
    }
}

fn log_call(request: &HttpRequest, status: u16, took: Duration, cause: Option<String>) {
    let (method, path, took_ms) = (request.method(), request.path(), took.as_millis());
    match cause {
        Some(cause) => log::error!("{method} {path} {status} {took_ms}ms: {cause}"),
        None if (method == Method::GET || method == Method::HEAD) && status < 400 => {
            log::debug!("{method} {path} {status} {took_ms}ms");
        }
        None => log::info!("{method} {path} {status} {took_ms}ms"),
    }
}
