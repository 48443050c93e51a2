//! The server: its configuration, what its calls share, and its life.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use actix_http::error::DispatchError;
use actix_http::{HttpService, Protocol};
use actix_server::Server;
use actix_service::{IntoServiceFactory as _, ServiceFactoryExt as _, fn_service, map_config};
use actix_web::dev::{AppConfig, ServerHandle};
use actix_web::rt::net::TcpStream;
use actix_web::web::{self, Data};
use chrono::TimeDelta;
use domain::identity::{IpNetwork, LockoutPolicy, Operation};
use domain::value::Timestamp;
use storage::Database;

use crate::hashing::PasswordHasher;
use crate::http::{
    Admission, Connection, Exports, ForwardedHeader, InFlight, Metrics, Pages, ReadCache, Router, dispatch,
};
use crate::jobs::Jobs;
use crate::mail::Mailer;
use crate::monitoring::Monitor;
use crate::routes::{Route, Routes};
use crate::secrets::SecretKey;

/// How long what a sign-in gives lives.
#[derive(Clone, Copy, Debug)]
pub struct Lifetimes {
    /// An access token.
    pub access: TimeDelta,
    /// A refresh token, and the session with it.
    pub refresh: TimeDelta,
    /// A code that is awaited, and the token that goes with it.
    pub code: TimeDelta,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self { access: TimeDelta::hours(10), refresh: TimeDelta::days(30), code: TimeDelta::minutes(10) }
    }
}

/// How the interface behaves.
#[derive(Clone)]
pub struct Config {
    /// How long tokens and codes live.
    pub lifetimes: Lifetimes,
    /// When sign-in is refused.
    pub lockout: LockoutPolicy,
    /// Sends mail; without it nothing that needs mail can be switched on.
    pub mailer: Option<Mailer>,
    /// Judges deposits and withdrawals; without it none can be checked.
    pub monitor: Option<Arc<dyn Monitor>>,
    /// Where exchanges are hedged; without it every hedge fails, and is told in the log.
    pub hedging_url: Option<String>,
    /// Signs what outside platforms are asked, and what is hedged.
    pub gateway_key: Option<String>,
    /// Whether the server does by itself what is due: mail, platforms, bonuses.
    pub runs_jobs: bool,
    /// The proxies that are believed when they tell where a call comes from.
    pub trusted_proxies: Vec<IpNetwork>,
    /// The header in which they tell it.
    pub forwarded_header: ForwardedHeader,
    /// How long a call may take, the time in which its body arrives left out; then it is answered 503.
    pub call_timeout: Duration,
    /// How long a caller may take to read what was sent, before the connection is given up.
    pub write_timeout: Duration,
    /// Whether answers to reads are kept until the next write. On SQLite only.
    pub caches_reads: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            lifetimes: Lifetimes::default(),
            lockout: LockoutPolicy::default(),
            mailer: None,
            monitor: None,
            hedging_url: None,
            gateway_key: None,
            runs_jobs: true,
            trusted_proxies: Vec::new(),
            forwarded_header: ForwardedHeader::default(),
            call_timeout: Duration::from_secs(9),
            write_timeout: Duration::from_secs(30),
            caches_reads: true,
        }
    }
}

/// What all calls share.
pub struct App {
    /// The configuration.
    pub config: Config,
    /// The database.
    pub database: Database,
    /// The secret of the installation.
    pub secret: SecretKey,
    /// Hashes passwords.
    pub hasher: PasswordHasher,
    clock: Box<dyn Fn() -> Timestamp + Send + Sync>,
    pub(crate) router: Router,
    pub(crate) admission: Admission,
    pub(crate) read_cache: Option<ReadCache>,
    pub(crate) in_flight: Arc<InFlight>,
    pub(crate) metrics: Metrics,
    pub(crate) exports: Exports,
    access_writes: AtomicU64,
}

/// How many calls wait for a worker before the kernel refuses more.
const BACKLOG: u32 = 1024;
/// How long the head of a request may take to arrive.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
/// How long calls that are under way may take to end when the server stops.
const SHUTDOWN_TIMEOUT_S: u64 = 30;

impl App {
    /// What all calls share, over an open database.
    ///
    /// # Errors
    /// Faults of the program: routes or metrics that cannot be told apart.
    pub fn new(
        config: Config,
        database: Database,
        secret: SecretKey,
        hasher: PasswordHasher,
        clock: impl Fn() -> Timestamp + Send + Sync + 'static,
    ) -> std::io::Result<Self> {
        let caches_reads = config.caches_reads && !database.is_shared();
        Ok(Self {
            config,
            database,
            secret,
            hasher,
            clock: Box::new(clock),
            router: Router::new(routes()).map_err(std::io::Error::other)?,
            admission: Admission::default(),
            read_cache: caches_reads.then(ReadCache::default),
            in_flight: Arc::default(),
            metrics: Metrics::new().map_err(std::io::Error::other)?,
            exports: Exports::default(),
            access_writes: AtomicU64::new(0),
        })
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// A number that grows with every write that may change who is let in. On SQLite that is any
    /// write, also of other processes; on PostgreSQL those of this server are counted here.
    pub(crate) fn access_generation(&self) -> u64 {
        if self.database.is_shared() { self.access_writes.load(Ordering::SeqCst) } else { self.database.generation() }
    }

    /// Counts a write of this operation, unless it moves money alone.
    pub(crate) fn count_access_write(&self, operation: Operation) {
        const MONEY: [&str; 9] = [
            "accounts.",
            "bonuses.",
            "deposits.",
            "exchanges.",
            "platforms.figures",
            "platforms.trades",
            "transactions.",
            "transfers.",
            "withdrawals.",
        ];
        if !MONEY.iter().any(|group| operation.as_str().starts_with(group)) {
            self.access_writes.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// What is served.
    pub fn routes(&self) -> &[Route] {
        self.router.routes()
    }
}

/// Every route of the interface.
pub(crate) fn routes() -> Vec<Route> {
    let mut routes = Routes::default();
    crate::identity::routes(&mut routes);
    crate::clients::routes(&mut routes);
    crate::catalog::routes(&mut routes);
    crate::ledger::routes(&mut routes);
    crate::bonuses::routes(&mut routes);
    crate::payments::routes(&mut routes);
    crate::services::routes(&mut routes);
    crate::content::routes(&mut routes);
    routes.into_vec()
}

/// A server that was started.
pub struct RunningServer {
    /// Where it listens.
    pub address: SocketAddr,
    /// Stops it.
    pub handle: ServerHandle,
    server: actix_web::dev::Server,
    jobs: Jobs,
}

impl RunningServer {
    /// Serves until it is stopped, by its handle or by SIGTERM, then ends what is under way.
    ///
    /// # Errors
    /// Those of the sockets.
    pub async fn serve(self) -> std::io::Result<()> {
        let result = self.server.await;
        drop(self.jobs);
        result
    }
}

/// Starts a server on a listener. Within an actix system, as `actix_web::rt::System` makes it.
///
/// # Errors
/// Those of the socket.
pub fn start(app: Arc<App>, listener: TcpListener, workers: usize) -> std::io::Result<RunningServer> {
    let address = listener.local_addr()?;
    crate::options::seal_stored(&app).map_err(std::io::Error::other)?;
    let pages = Data::new(Pages::new(&app)?);
    let shared = Data::from(Arc::clone(&app));
    let write_timeout = app.config.write_timeout;
    let builder = Server::build().workers(workers).backlog(BACKLOG).shutdown_timeout(SHUTDOWN_TIMEOUT_S);
    let shutdown = builder.graceful_shutdown_signal();
    // As actix-web's own server does it, but for the connection, which is ours.
    let server = builder
        .listen("http", listener, move || {
            let (shared, pages, shutdown) = (shared.clone(), pages.clone(), shutdown.clone());
            let app = actix_web::App::new().app_data(shared).app_data(pages).default_service(web::to(dispatch));
            let app = app.into_factory().map_err(actix_web::HttpResponse::from_error);
            let http = HttpService::build()
                .graceful_shutdown_signal(move || {
                    let shutdown = shutdown.clone();
                    async move { shutdown.notified().await }
                })
                .client_request_timeout(HEAD_TIMEOUT)
                .local_addr(address)
                .finish(map_config(app, move |()| AppConfig::default()));
            fn_service(move |stream: TcpStream| async move {
                let peer = stream.peer_addr().ok();
                Ok::<_, DispatchError>((Connection::new(stream, write_timeout), Protocol::Http1, peer))
            })
            .and_then(http)
        })?
        .run();
    Ok(RunningServer { address, handle: server.handle(), server, jobs: Jobs::start(&app)? })
}
