//! `serve`: the server, put together.

use std::net::TcpListener;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use actix_web::dev::ServerHandle;
use api::{AppContext, CallSettings, Config, Hangups, HashCost, PasswordHasher, Tls, TlsFiles};
use domain::identity::{Password, UserGroup};
use domain::value::Email;
use outbound::files::StorageKeys;
use outbound::{
    Adapters, Hedger, HttpGateway, HttpHedger, HttpIdentityChecker, IdentityChecker, Jobs, Mailer, Outbound,
    SmtpMailer, ThresholdMonitor, Traces, TransactionMonitor,
};
use storage::identity::users;
use storage::{Database, DatabaseUrl, Error, Options};

use super::demo::load_demo;
use super::shared::{database_url, migrate, not_opened, now};
use super::users::{add_user, generate_password, group_of, new_user, password};
use crate::arguments::{Serve, Shared};
use crate::fault::Fault;
use crate::files::{Claim, files_beside};
use crate::secret;
use crate::settings::Sources;

/// What `serve --demo` adds to the products.
const FEW_CLIENTS: usize = 25;
const FEW_TRANSACTIONS: usize = 8;

pub(super) fn serve(shared: &Shared, serve: Serve, sources: &Sources) -> Result<(), Fault> {
    let begun = Instant::now();
    if serve.s3_key.is_some() != serve.s3_secret.is_some() {
        return Err(Fault::Usage("BACKOFFICE_S3_KEY and BACKOFFICE_S3_SECRET go together".into()));
    }
    let system = actix_web::rt::System::new();
    // Migrations may take long, and who renews certificates does not look whether they have ended.
    let hangups = system.block_on(async { Hangups::listen() })?;
    let adapters = adapters(&serve)?;
    let tls = tls(&serve)?;
    let listener = TcpListener::bind(serve.listen)
        .map_err(|error| Fault::Failure(format!("cannot listen on {}: {error}", serve.listen)))?;
    let url = database_url(shared)?;
    let read_url = read_url(&serve, &url)?;
    let _traces = traces(&serve)?;
    let admin_password = serve.admin_password.as_deref().map(|text| password("BACKOFFICE_ADMIN_PASSWORD", text));
    let admin_password = admin_password.transpose()?;
    let mut claim = Claim::of_server(&url)?;
    let secret = secret::load(shared.secret.as_deref(), &url)?;
    let usual = Options::of(&url);
    let options = Options {
        readers: serve.db_readers.map_or(usual.readers, usize::from),
        writers: serve.db_writers.map_or(usual.writers, usize::from),
    };
    let database =
        Database::open_with_replica(&url, read_url, options, now).map_err(|error| not_opened(&url, &error))?;
    migrate(&database)?;
    let hasher = PasswordHasher::new(HashCost::Full);
    let is_password_given = admin_password.is_some();
    let made = make_first_administrator(&database, &hasher, serve.admin_email, admin_password)?;
    if is_password_given && !made {
        log::warn!(
            "BACKOFFICE_ADMIN_PASSWORD is ignored: it is for the first start, and there are users. \
             `backoffice user password EMAIL` sets another one"
        );
    }
    if serve.demo && load_demo(&database)? {
        database.write_patiently(|tx| ::demo::populate(tx, FEW_CLIENTS, FEW_TRANSACTIONS))?;
        database.write_patiently(::demo::act)?;
    }
    outbound::options::seal_stored(&database, &secret)?;
    let outbound = Arc::new(Outbound::new(database.clone(), secret, adapters, files_beside(&url), now)?);
    let keys = serve.s3_key.zip(serve.s3_secret);
    let keys = keys.map(|(access_key, secret_key)| StorageKeys { access_key, secret_key });
    outbound::files::ensure(&outbound.database, &outbound.secret, &serve.storage, keys.as_ref())?;
    let config = Config {
        calls: CallSettings {
            trusted_proxies: serve.trusted_proxies,
            forwarded_header: serve.forwarded_header.into(),
            cors_origins: serve.cors_origins,
            ..CallSettings::default()
        },
        limits_calls: true,
        ..Config::default()
    };
    let context = Arc::new(AppContext::new(config, Arc::clone(&outbound), hasher)?);
    let service = api::service(&context)?;
    let (service, scheme) = match &tls {
        Some(tls) => (service.with_tls(Arc::clone(tls))?, "https"),
        None => (service, "http"),
    };
    let workers = serve.workers.map_or_else(|| std::thread::available_parallelism().map_or(1, Into::into), usize::from);
    let claimed = &mut claim;
    let served = system.block_on(async move {
        let server = api::start(service, listener, workers)?;
        hangups.reload(tls);
        claimed.keep();
        let stopped_by = stop_at_signals(&server.handle)?;
        let (version, kind) = (env!("CARGO_PKG_VERSION"), kind_of(&url));
        log::info!("version {version} started on {kind} ({url}), listening on {}; settings: {sources}", server.address);
        let jobs = Jobs::start(&outbound)?;
        println!("Serving on {scheme}://{0}, interactive API page at {scheme}://{0}/docs", server.address);
        let served = server.serve().await;
        drop(jobs);
        served.map(|()| stopped_by.get().copied().unwrap_or("it was told to"))
    });
    database.close();
    match &served {
        Ok(reason) => log::info!("stopped after {}: {reason}", told(begun.elapsed())),
        Err(error) => log::error!("stopped after {}: {error}", told(begun.elapsed())),
    }
    Ok(served.map(drop)?)
}

/// The replica, where there is one.
fn read_url(serve: &Serve, url: &DatabaseUrl) -> Result<Option<DatabaseUrl>, Fault> {
    let Some(read_url) = &serve.read_url else { return Ok(None) };
    let wrong = |what: &dyn std::fmt::Display| Fault::Usage(format!("BACKOFFICE_READ_URL: {what}"));
    let read_url: DatabaseUrl = read_url.parse().map_err(|error| wrong(&format!("it {error}")))?;
    match (url, &read_url) {
        (DatabaseUrl::Postgres(_), DatabaseUrl::Postgres(_)) => Ok(Some(read_url)),
        (DatabaseUrl::Sqlite(_), _) | (_, DatabaseUrl::Sqlite(_)) => Err(wrong(&"only PostgreSQL has replicas")),
    }
}

/// Begins to send traces, where they are wanted; until the answer is dropped. Before connections to the database are made.
fn traces(serve: &Serve) -> Result<Option<Traces>, Fault> {
    let Some(endpoint) = &serve.otlp_endpoint else { return Ok(None) };
    let wrong = |error| Fault::Usage(format!("BACKOFFICE_OTLP_ENDPOINT: {error}"));
    let traces = Traces::start(endpoint, serve.trace_ratio, env!("CARGO_PKG_VERSION")).map_err(wrong)?;
    storage::trace_statements()?;
    Ok(Some(traces))
}

/// The certificate, where there is one.
fn tls(serve: &Serve) -> Result<Option<Arc<Tls>>, Fault> {
    let Some((certificates, key)) = serve.tls_cert.clone().zip(serve.tls_key.clone()) else { return Ok(None) };
    let wrong = |error| Fault::Usage(format!("BACKOFFICE_TLS_CERT, BACKOFFICE_TLS_KEY: {error}"));
    Ok(Some(Arc::new(Tls::load(TlsFiles { certificates, key }).map_err(wrong)?)))
}

fn kind_of(url: &DatabaseUrl) -> &'static str {
    match url {
        DatabaseUrl::Sqlite(_) => "SQLite",
        DatabaseUrl::Postgres(_) => "PostgreSQL",
    }
}

/// Hours, minutes and seconds.
fn told(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{}h {}min {}s", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// Stops the server at the first signal, and tells which it was. actix listens for them, too, but only once it serves: a
/// signal that comes before that, when it is said already that the server is there, would kill it.
fn stop_at_signals(handle: &ServerHandle) -> std::io::Result<Arc<OnceLock<&'static str>>> {
    let first = Arc::new(OnceLock::new());
    #[cfg(unix)]
    {
        use actix_web::rt::signal::unix::{SignalKind, signal};
        let ends = [
            (SignalKind::terminate(), "SIGTERM", true),
            (SignalKind::interrupt(), "SIGINT", false),
            (SignalKind::quit(), "SIGQUIT", false),
        ];
        for (kind, name, is_graceful) in ends {
            let (mut signal, handle, first) = (signal(kind)?, handle.clone(), Arc::clone(&first));
            drop(actix_web::rt::spawn(async move {
                signal.recv().await;
                first.get_or_init(|| name);
                handle.stop(is_graceful).await;
            }));
        }
    }
    Ok(first)
}

/// The adapters that the settings ask for.
fn adapters(serve: &Serve) -> Result<Adapters, Fault> {
    let mailer = match &serve.smtp_url {
        Some(url) => {
            let wrong = |error| Fault::Usage(format!("BACKOFFICE_SMTP_URL, BACKOFFICE_MAIL_FROM: {error}"));
            let mailer: Arc<dyn Mailer> = Arc::new(SmtpMailer::new(url, &serve.mail_from).map_err(wrong)?);
            Some(mailer)
        }
        None => None,
    };
    let signing_key = serve.gateway_key.clone();
    let hedger = |url: &String| -> Arc<dyn Hedger> {
        Arc::new(HttpHedger { url: url.clone(), signing_key: signing_key.clone() })
    };
    let checker = |url: &String| -> Arc<dyn IdentityChecker> {
        Arc::new(HttpIdentityChecker { url: url.clone(), signing_key: signing_key.clone() })
    };
    let monitor = |red_above| -> Arc<dyn TransactionMonitor> { Arc::new(ThresholdMonitor { red_above }) };
    Ok(Adapters {
        mailer,
        monitor: serve.monitoring_red_above_usd.map(monitor),
        hedger: serve.hedging_url.as_ref().map(hedger),
        identity_checker: serve.identity_check_url.as_ref().map(checker),
        gateway: Arc::new(HttpGateway { signing_key: signing_key.clone() }),
        ..Adapters::default()
    })
}

/// Makes the first administrator unless there is a user; answers whether it did.
fn make_first_administrator(
    database: &Database,
    hasher: &PasswordHasher,
    email: Email,
    password: Option<Password>,
) -> Result<bool, Fault> {
    if database.read(users::count)? > 0 {
        return Ok(false);
    }
    let shown = password.is_none();
    let password = password.map_or_else(generate_password, Ok)?;
    let hash = hasher.hash_now(password.expose())?;
    let shown_email = email.to_string();
    let made = database.write(move |tx| {
        // Another server may have made one meanwhile.
        if users::count(tx.conn)? > 0 {
            return Ok(false);
        }
        let group = group_of(tx, UserGroup::ADMINISTRATORS)?.ok_or(Error::NotFound)?;
        let user = new_user("Administrator", &email, [group].into_iter().collect(), true);
        add_user(tx, "serve", &user, &hash)?;
        Ok::<_, Error>(true)
    })?;
    if made {
        println!("The first administrator was made: {shown_email}");
        if shown {
            println!("Their password, shown this once:  {}", password.expose());
        }
    }
    Ok(made)
}
