use std::net::TcpListener;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use api::{AppContext, CallSettings, Config, HashCost, HashingPlace, PasswordHasher, Tls, TlsFiles};
use domain::identity::{SecondFactor, User, UserGroup};
use domain::value::{Set, Timestamp};
use http::Service;
use outbound::files::StorageSetting;
use outbound::{
    Adapters, Hedger, HttpHedger, IdentityChecker, Jobs, Mailer, Outbound, SecretKey, SmtpMailer, ThresholdMonitor,
    TransactionMonitor,
};
use serde_json::{Value, json};
use storage::identity::{user_groups, users};
use storage::{Database, DatabaseUrl, DbConnection, Direction, Error, Options, Paging};

use super::client::{Client, Transcript};
use super::{client_session, with};

pub const ADMIN_EMAIL: &str = "admin@example.com";
pub const ADMIN_PASSWORD: &str = "Secret123";
const SECRET: &str = "a secret for tests, which nobody keeps";
const BEGIN_MICROS: i64 = 1_767_225_600_000_000;
const OPTIONS: Options = Options { readers: 2, writers: 2 };

fn time(micros: i64) -> Timestamp {
    chrono::DateTime::from_timestamp_micros(micros).expect("a time").into()
}

/// How a test's server is set up.
#[derive(Clone, Default)]
pub struct Setup {
    /// Where mail goes.
    pub smtp_url: Option<String>,
    /// Whether tokens outlive a test that moves the clock by months.
    pub has_lasting_tokens: bool,
    /// Where exchanges are hedged.
    pub hedging_url: Option<String>,
    /// Who checks clients.
    pub identity_checker: Option<Arc<dyn IdentityChecker>>,
    /// How long a call may take.
    pub call_timeout: Option<Duration>,
    /// How long a body may take to arrive.
    pub body_timeout: Option<Duration>,
    /// How long a caller may take to read an answer.
    pub write_timeout: Option<Duration>,
    /// How often Socket.IO is pinged, and how much later a ping may come.
    pub ping: Option<(Duration, Duration)>,
    /// Whether calls of clients and of API keys are counted and limited.
    pub limits_calls: bool,
    /// The origins whose pages may call.
    pub cors_origins: &'static [&'static str],
    /// The certificate, where it speaks TLS.
    pub tls: Option<TlsFiles>,
    /// Above this worth in USD transactions are red.
    pub red_above_usd: Option<&'static str>,
    /// The interfaces, where they are not those of the program.
    pub service: Option<fn(&Arc<AppContext>) -> std::io::Result<Service>>,
}

/// A server for one test, with a clock of its own that stands still unless the test moves it.
pub struct TestApp {
    pub database: Database,
    pub client: Client,
    pub outbound: Arc<Outbound>,
    app: Arc<AppContext>,
    tls: Option<Arc<Tls>>,
    transcript: Transcript,
    clock: Arc<AtomicI64>,
    handle: actix_web::dev::ServerHandle,
    thread: Option<JoinHandle<()>>,
    jobs: Option<Jobs>,
}

/// Migrates a database and makes the administrator, to be copied for each test.
pub fn prepare(url: &DatabaseUrl) {
    let database = Database::open(url, OPTIONS, || time(BEGIN_MICROS)).expect("a database");
    database.migrate(time(BEGIN_MICROS)).expect("a migrated database");
    let hash = PasswordHasher::new(HashCost::Least).hash_now(ADMIN_PASSWORD).expect("a hash");
    let made = database.write(move |tx| {
        let all = Paging {
            sort: user_groups::Sort::Id,
            direction: Direction::Ascending,
            limit: 10,
            offset: 0,
            counts: false,
        };
        let groups = user_groups::list(tx.conn, &all)?.data;
        let administrators = groups.iter().find(|group| group.data.name == UserGroup::ADMINISTRATORS);
        let user = User {
            name: "Administrator".into(),
            email: ADMIN_EMAIL.parse().expect("an address"),
            phone: None,
            active: true,
            second_factor: SecondFactor::Off,
            ip_whitelist: Vec::new(),
            groups: administrators.iter().map(|group| group.id).collect(),
            client_tags: Set::default(),
            can_view_masked_data: true,
            slack_chat_id: None,
            telegram_chat_id: None,
        };
        users::create(tx, &user, &hash)?;
        Ok::<_, Error>(())
    });
    made.expect("an administrator");
    database.close();
}

/// The adapters to what is outside.
fn adapters(setup: &Setup) -> Adapters {
    let mailer =
        |url: &String| -> Arc<dyn Mailer> { Arc::new(SmtpMailer::new(url, "office@example.com").expect("a mailer")) };
    let hedger = |url: &String| -> Arc<dyn Hedger> { Arc::new(HttpHedger { url: url.clone(), signing_key: None }) };
    let monitor = |above: &str| -> Arc<dyn TransactionMonitor> {
        Arc::new(ThresholdMonitor { red_above: above.parse().expect("an amount") })
    };
    Adapters {
        mailer: setup.smtp_url.as_ref().map(mailer),
        hedger: setup.hedging_url.as_ref().map(hedger),
        identity_checker: setup.identity_checker.clone(),
        monitor: setup.red_above_usd.map(monitor),
        ..Adapters::default()
    }
}

/// The folder of a database's files, the same for all servers on it.
pub fn files_of(url: &DatabaseUrl) -> PathBuf {
    match url {
        DatabaseUrl::Sqlite(path) => path.with_extension("files"),
        DatabaseUrl::Postgres(url) => {
            let place = url.split('?').next().unwrap_or_default();
            let name = place.rsplit('/').next().unwrap_or_default();
            super::scratch().join(format!("{name}.files"))
        }
    }
}

impl TestApp {
    pub fn start(url: DatabaseUrl, setup: &Setup) -> Self {
        let clock = Arc::new(AtomicI64::new(BEGIN_MICROS));
        let ticking = Arc::clone(&clock);
        let now = move || time(ticking.load(Ordering::SeqCst));
        let database = Database::open(&url, OPTIONS, now.clone()).expect("a database");
        let trusted_proxies = vec!["127.0.0.1".parse().expect("an address")];
        let cors_origins = setup.cors_origins.iter().map(|origin| origin.parse().expect("an origin")).collect();
        let calls = CallSettings { trusted_proxies, cors_origins, ..CallSettings::default() };
        let mut config = Config { calls, limits_calls: setup.limits_calls, ..Config::default() };
        if setup.has_lasting_tokens {
            config.lifetimes.access = chrono::TimeDelta::days(1_000);
            // Else the sweep forgets their sessions.
            config.lifetimes.refresh = chrono::TimeDelta::days(1_000);
        }
        config.calls.call_timeout = setup.call_timeout.unwrap_or(config.calls.call_timeout);
        config.calls.body_timeout = setup.body_timeout.unwrap_or(config.calls.body_timeout);
        config.calls.write_timeout = setup.write_timeout.unwrap_or(config.calls.write_timeout);
        if let Some((interval, timeout)) = setup.ping {
            (config.calls.ping_interval, config.calls.ping_timeout) = (interval, timeout);
        }
        let secret = SecretKey::new(SECRET).expect("a secret");
        outbound::options::seal_stored(&database, &secret).expect("sealed options");
        let outbound = Outbound::new(database.clone(), secret, adapters(setup), files_of(&url), now);
        let outbound = Arc::new(outbound.expect("adapters"));
        outbound::files::ensure(&database, &outbound.secret, &StorageSetting::Local(None), None).expect("a storage");
        // What is due is done when the test says so, but for mail, which tests wait for.
        let jobs = outbound.adapters.mailer.is_some().then(|| Jobs::start(&outbound).expect("threads"));
        let hasher = PasswordHasher::new(HashCost::Least);
        let app = Arc::new(AppContext::new(config, Arc::clone(&outbound), hasher).expect("a context"));
        let tls = setup.tls.clone().map(|files| Arc::new(Tls::load(files).expect("a certificate")));
        let scheme = if tls.is_some() { "https" } else { "http" };
        let secured = tls.clone();
        let served = Arc::clone(&app);
        let (sender, receiver) = mpsc::channel();
        let service = setup.service.unwrap_or(api::service);
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
                let mut service = service(&served).expect("interfaces");
                if let Some(tls) = secured {
                    service = service.with_tls(tls).expect("metrics");
                }
                let server = api::start(service, listener, 1).expect("a server");
                sender.send((server.address, server.handle.clone())).expect("the test waits");
                server.serve().await.expect("the server served");
            });
        });
        let (address, handle) = receiver.recv().expect("the server started");
        let transcript = Transcript::default();
        let client = Client::new(&format!("{scheme}://{address}"), Rc::clone(&transcript));
        Self { database, client, outbound, app, tls, transcript, clock, handle, thread: Some(thread), jobs }
    }

    pub fn transcript(&self) -> Vec<(String, u16, Value)> {
        self.transcript.borrow().clone()
    }

    /// Begins to stop the server, as SIGTERM does.
    pub fn begin_to_stop(&self) {
        drop(self.handle.stop(true));
    }

    /// Reads the files of the certificate again, as SIGHUP has a server do; what is wrong with them, if anything is.
    pub fn reload_certificate(&self) -> Option<String> {
        self.tls.as_ref().expect("TLS").reload().err().map(|error| error.to_string())
    }

    /// Moves the clock.
    pub fn advance(&self, seconds: i64) {
        self.clock.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }

    /// The same by less than a second.
    pub fn advance_micros(&self, micros: i64) {
        self.clock.fetch_add(micros, Ordering::SeqCst);
    }

    /// Seconds since 1970, by the test's clock.
    pub fn unix_seconds(&self) -> i64 {
        self.clock.load(Ordering::SeqCst) / 1_000_000
    }

    /// The time so many seconds from now, as a text.
    pub fn time(&self, offset_s: i64) -> String {
        chrono::DateTime::from_timestamp(self.unix_seconds() + offset_s, 0).expect("a time").to_rfc3339()
    }

    /// How many calls were made so far: names that are made from it differ, and are the same on both databases.
    pub fn calls(&self) -> usize {
        self.transcript.borrow().len()
    }

    /// Signs in and gives the answer's body.
    #[track_caller]
    pub fn sign_in(&self, email: &str, password: &str) -> Value {
        self.client.post("/api/v2/signin", &json!({"email": email, "password": password})).expect(200)
    }

    /// Somebody who signed in.
    #[track_caller]
    pub fn as_user(&self, email: &str, password: &str) -> Client {
        let answer = self.sign_in(email, password);
        self.client.with_token_of(&answer)
    }

    /// The administrator.
    #[track_caller]
    pub fn admin(&self) -> Client {
        self.as_user(ADMIN_EMAIL, ADMIN_PASSWORD)
    }

    /// A client who signed in.
    #[track_caller]
    pub fn as_client(&self, client: i64) -> Client {
        self.client.with_token(&client_session::begin(&self.database, &self.outbound.secret, client))
    }

    /// A user with these permissions, in a group of their own.
    #[track_caller]
    pub fn user_with(&self, name: &str, permissions: &[&str]) -> Client {
        let (_, client) = self.user_of(name, permissions, &json!({}));
        client
    }

    /// The same with further fields of the user; gives their id too.
    #[track_caller]
    pub fn user_of(&self, name: &str, permissions: &[&str], fields: &Value) -> (i64, Client) {
        let admin = self.admin();
        let group = admin.create("/api/v2/groups", &json!({"name": name, "permissions": permissions}));
        let email = format!("{name}@example.com");
        let user = json!({"name": name, "email": email, "password": ADMIN_PASSWORD, "groups": [group], "tfa": false});
        let user = admin.create("/api/v2/users", &with(user, fields));
        (user, self.as_user(&email, ADMIN_PASSWORD))
    }

    /// Does what is due: orders to platforms, bonuses.
    #[track_caller]
    pub fn run_jobs(&self) {
        outbound::jobs::run_due(&self.outbound).expect("the jobs ran");
    }

    /// Deletes the files that no record names any more, as servers do a day later. The clock stands still.
    #[track_caller]
    pub fn sweep_files(&self) {
        self.run_sql("UPDATE stored_files SET sweep_at = '2025-01-01 00:00:00' WHERE sweep_at IS NOT NULL");
        self.run_jobs();
    }

    /// Forgets what is old, as servers do now and then.
    #[track_caller]
    pub fn sweep(&self) {
        outbound::jobs::sweep(&self.outbound).expect("the sweep ran");
    }

    /// The operations that write, each with its category and name in the audit log.
    pub fn events() -> Vec<(&'static str, &'static str, String)> {
        let routes = api::back::routes();
        let of_route = routes
            .iter()
            .filter_map(|route| route.event.map(|event| (route.operation, event.category(), event.name())));
        let mut events: Vec<_> = of_route.collect();
        events.sort();
        // PUT and PATCH are one operation.
        events.dedup();
        events
    }

    /// Takes so many places in the queue of passwords, as a flood from these addresses does, until they are dropped.
    #[track_caller]
    pub fn flood(&self, addresses: &[&str], places_each: usize) -> Vec<HashingPlace> {
        let ips = addresses.iter().map(|address| address.parse().expect("an address"));
        ips.flat_map(|ip| (0..places_each).map(move |_| self.app.hasher.enter_from(ip).expect("a place"))).collect()
    }

    /// Undoes one migration, by its folder, and changes what an earlier version left; then runs it again.
    #[track_caller]
    pub fn migrate_from_before(&self, folder: &'static str, left: String) {
        use diesel::connection::SimpleConnection as _;
        let earlier = self.database.write(move |tx| {
            let dialect = if matches!(tx.conn, DbConnection::Sqlite(_)) { "sqlite" } else { "postgres" };
            let path = format!("{}/../../migrations/{dialect}/{folder}/down.sql", env!("CARGO_MANIFEST_DIR"));
            let version: String = folder.split('_').next().unwrap_or_default().replace('-', "");
            tx.conn.batch_execute(&std::fs::read_to_string(path).expect("a migration"))?;
            tx.conn.batch_execute(&format!("DELETE FROM __diesel_schema_migrations WHERE version = '{version}'"))?;
            if !left.is_empty() {
                tx.conn.batch_execute(&left)?;
            }
            Ok::<_, Error>(())
        });
        earlier.expect("the migration was undone");
        let run = self.database.migrate(time(BEGIN_MICROS)).expect("a migrated database");
        assert_eq!(run.len(), 1);
    }

    /// Undoes the migrations from this one on, by its folder, and runs them again.
    #[track_caller]
    pub fn migrate_from_long_before(&self, folder: &'static str) {
        use diesel::connection::SimpleConnection as _;
        let earlier = self.database.write(move |tx| {
            let dialect = if matches!(tx.conn, DbConnection::Sqlite(_)) { "sqlite" } else { "postgres" };
            let all = format!("{}/../../migrations/{dialect}", env!("CARGO_MANIFEST_DIR"));
            let names = std::fs::read_dir(&all).expect("migrations").map(|entry| entry.expect("an entry").file_name());
            let mut undone: Vec<String> =
                names.filter_map(|name| name.into_string().ok()).filter(|name| name.as_str() >= folder).collect();
            undone.sort_unstable();
            for name in undone.iter().rev() {
                let version: String = name.split('_').next().unwrap_or_default().replace('-', "");
                let down = std::fs::read_to_string(format!("{all}/{name}/down.sql")).expect("a migration");
                tx.conn.batch_execute(&down)?;
                let forget = format!("DELETE FROM __diesel_schema_migrations WHERE version = '{version}'");
                tx.conn.batch_execute(&forget)?;
            }
            Ok::<_, Error>(undone.len())
        });
        let undone = earlier.expect("the migrations were undone");
        let run = self.database.migrate(time(BEGIN_MICROS)).expect("a migrated database");
        assert_eq!(run.len(), undone);
    }

    /// Changes what has no operations yet.
    #[track_caller]
    pub fn run_sql(&self, sql: &'static str) {
        use diesel::RunQueryDsl as _;
        let run = self.database.write(move |tx| Ok::<_, Error>(diesel::sql_query(sql).execute(tx.conn)?));
        run.expect("the statement ran");
    }

    /// The rows of a query of one text.
    pub fn texts_of(&self, query: &'static str) -> Vec<String> {
        self.database.read(move |conn| Ok::<_, Error>(super::sql::texts(conn, query))).expect("the rows of a query")
    }

    /// Waits until it is written when API keys were used: calls do not wait for that.
    pub fn wait_for_key_uses(&self) {
        while self.app.has_unwritten_uses() {
            std::thread::yield_now();
        }
    }

    /// Holds that the ledger is right.
    #[track_caller]
    pub fn verify(&self) {
        let report = self.database.read(|conn| storage::ledger::verify::verify(conn, &mut |_| ())).expect("a report");
        assert!(report.differences.is_empty(), "{:?}", report.differences);
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        // Dropping the future would stop nothing: the server ends by itself once it was told.
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
            && !std::thread::panicking()
        {
            panic!("the server panicked");
        }
        drop(self.jobs.take());
        self.database.close();
    }
}
