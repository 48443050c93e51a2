use std::io::Write as _;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use api::{AppContext, CallSettings, Config, HashCost, Mailer, Monitor, PasswordHasher, SecretKey, ThresholdMonitor};
use chrono::Utc;
use domain::identity::options::MASK;
use domain::identity::{Password, SecondFactor, User, UserGroup, UserGroupId};
use domain::value::{Email, Set, Timestamp, folded};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;
use storage::identity::system_logs::{self, Action, Actor, Subject};
use storage::identity::{security_policies, user_groups, users};
use storage::ledger::verify;
use storage::{Database, DatabaseUrl, Direction, Error, Options, Paging, Tx, demo, population};

use crate::arguments::{Arguments, Command, Demo, Ledger, Policy, Serve, Shared, User as UserCommand};
use crate::files::Claim;
use crate::secret;

/// What `serve --demo` adds to the products.
const FEW_CLIENTS: usize = 25;
const FEW_TRANSACTIONS: usize = 8;
/// How many clients `demo` adds in one transaction, and how many of those run at once.
const CLIENTS_A_CHUNK: u32 = 500;
const LOADERS: usize = 2;

/// Where the password of `user add` and `user password` comes from.
const PASSWORD_VARIABLE: &str = "BACKOFFICE_USER_PASSWORD";

/// Why a command failed, in one line.
#[derive(Debug)]
pub enum Fault {
    /// A value on the command line or in the environment is wrong.
    Usage(String),
    /// Something else.
    Failure(String),
}

impl Fault {
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Failure(_) => 1,
        }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (Self::Usage(text) | Self::Failure(text)) = self;
        f.write_str(&text.replace('\n', " "))
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Failure(error.to_string())
    }
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        Self::Failure(error.to_string())
    }
}

impl From<api::SecretError> for Fault {
    fn from(error: api::SecretError) -> Self {
        Self::Failure(error.to_string())
    }
}

pub fn run(arguments: Arguments) -> Result<(), Fault> {
    let Arguments { shared, command } = arguments;
    match command {
        Command::Serve(serve) => self::serve(&shared, serve),
        Command::Migrate => with_few(&shared, migrate),
        Command::User(command) => with_few(&shared, |database| user(database, command)),
        Command::Openapi => {
            let document = api::document().map_err(|error| Fault::Failure(error.to_string()))?;
            Ok(std::io::stdout().write_all(document.as_bytes())?)
        }
        Command::Policy(Policy::Off { user }) => with_few(&shared, |database| policy_off(database, user)),
        Command::Ledger(Ledger::Verify) => with_few(&shared, verify_ledger),
        Command::Demo(demo) => populate(&shared, &demo),
    }
}

fn now() -> Timestamp {
    Utc::now().into()
}

fn open(url: &DatabaseUrl, options: Options) -> Result<Database, Fault> {
    Database::open(url, options, now).map_err(|error| Fault::Failure(format!("{url}: {error}")))
}

/// Runs a command that is done soon. A database that it made goes when it fails.
fn with_few(shared: &Shared, command: impl FnOnce(&Database) -> Result<(), Fault>) -> Result<(), Fault> {
    let url = database_url(shared)?;
    let mut claim = Claim::of_command(&url)?;
    let database = open(&url, Options { readers: 1, writers: 1 })?;
    let outcome = command(&database);
    database.close();
    if outcome.is_ok() {
        claim.keep();
    }
    outcome
}

fn database_url(shared: &Shared) -> Result<DatabaseUrl, Fault> {
    shared.database_url.parse().map_err(|error| Fault::Usage(format!("DATABASE_URL: it {error}")))
}

fn password(variable: &str, text: &str) -> Result<Password, Fault> {
    text.parse().map_err(|error| Fault::Usage(format!("{variable}: it {error}")))
}

/// What goes on, on a terminal; nothing elsewhere.
fn progress(message: &'static str) -> ProgressBar {
    let bar = ProgressBar::new_spinner().with_message(message);
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} [{elapsed}]") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

fn migrate(database: &Database) -> Result<(), Fault> {
    let bar = progress("migrating the database");
    let run = database.migrate(now());
    bar.finish_and_clear();
    for migration in run? {
        log::info!("migrated: {migration}");
    }
    Ok(())
}

fn serve(shared: &Shared, serve: Serve) -> Result<(), Fault> {
    let mailer = match &serve.smtp_url {
        Some(url) => {
            let wrong = |error| Fault::Usage(format!("BACKOFFICE_SMTP_URL, BACKOFFICE_MAIL_FROM: {error}"));
            Some(Mailer::new(url, &serve.mail_from).map_err(wrong)?)
        }
        None => None,
    };
    let listener = TcpListener::bind(serve.listen)
        .map_err(|error| Fault::Failure(format!("cannot listen on {}: {error}", serve.listen)))?;
    let url = database_url(shared)?;
    let admin_password = serve.admin_password.as_deref().map(|text| password("BACKOFFICE_ADMIN_PASSWORD", text));
    let admin_password = admin_password.transpose()?;
    let mut claim = Claim::of_server(&url)?;
    let secret = secret::load(shared.secret.as_deref(), &url)?;
    let usual = Options::of(&url);
    let options = Options {
        readers: serve.db_readers.map_or(usual.readers, usize::from),
        writers: serve.db_writers.map_or(usual.writers, usize::from),
    };
    let database = open(&url, options)?;
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
        database.write_patiently(|tx| population::populate(tx, FEW_CLIENTS, FEW_TRANSACTIONS))?;
    }
    let monitor = serve.monitoring_red_above_usd;
    let monitor = monitor.map(|red_above| -> Arc<dyn Monitor> { Arc::new(ThresholdMonitor { red_above }) });
    let config = Config {
        mailer,
        monitor,
        hedging_url: serve.hedging_url,
        gateway_key: serve.gateway_key,
        calls: CallSettings {
            trusted_proxies: serve.trusted_proxies,
            forwarded_header: serve.forwarded_header.into(),
            caches_reads: serve.read_cache,
            ..CallSettings::default()
        },
        ..Config::default()
    };
    let context = Arc::new(AppContext::new(config, database.clone(), secret, hasher, now));
    let service = api::service(&context)?;
    let workers = serve.workers.map_or_else(|| std::thread::available_parallelism().map_or(1, Into::into), usize::from);
    let claimed = &mut claim;
    let served = actix_web::rt::System::new().block_on(async move {
        let server = api::start(&context, service, listener, workers)?;
        claimed.keep();
        println!("Serving on http://{}, interactive API page at http://{0}/docs", server.address);
        server.serve().await
    });
    database.close();
    Ok(served?)
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

fn load_demo(database: &Database) -> Result<bool, Fault> {
    let bar = progress("loading the demonstration data");
    let shown = bar.clone();
    let loaded =
        database.write_patiently(move |tx| demo::load(tx, &|part| shown.set_message(format!("loading {part}"))));
    bar.finish_and_clear();
    let loaded = loaded?;
    if loaded {
        log::info!("the demonstration data was loaded");
    }
    Ok(loaded)
}

/// A bar that counts up to this, on a terminal.
fn counting(message: &'static str, total: u64) -> ProgressBar {
    let bar = ProgressBar::new(total).with_message(message);
    if let Ok(style) = ProgressStyle::with_template("{msg} [{wide_bar}] {human_pos}/{human_len} {per_sec} [{eta}]") {
        bar.set_style(style.progress_chars("=> "));
    }
    bar
}

/// Adds clients in chunks, each its own transaction: what was added stays when the command ends.
fn populate(shared: &Shared, demo: &Demo) -> Result<(), Fault> {
    let url = database_url(shared)?;
    let mut claim = Claim::of_command(&url)?;
    let database = open(&url, Options { readers: 1, writers: LOADERS })?;
    migrate(&database)?;
    load_demo(&database)?;
    claim.keep();
    let bar = counting("clients", demo.clients.into());
    let each = usize::from(demo.transactions);
    let next = AtomicU32::new(0);
    let transactions = AtomicUsize::new(0);
    let begun = Instant::now();
    let load = || -> Result<(), Error> {
        loop {
            let first = next.fetch_add(CLIENTS_A_CHUNK, Ordering::SeqCst);
            let chunk = demo.clients.saturating_sub(first).min(CLIENTS_A_CHUNK);
            if chunk == 0 {
                return Ok(());
            }
            let clients = usize::try_from(chunk).unwrap_or(usize::MAX);
            let added = database.write_patiently(move |tx| population::populate(tx, clients, each))?;
            transactions.fetch_add(added, Ordering::SeqCst);
            bar.inc(chunk.into());
        }
    };
    let outcome: Result<(), Error> = std::thread::scope(|scope| {
        let loaders: Vec<_> = (0..LOADERS).map(|_| scope.spawn(load)).collect();
        let broken = |_| Err(Error::Broken("a loader panicked".into()));
        loaders.into_iter().try_for_each(|loader| loader.join().unwrap_or_else(broken))
    });
    bar.finish_and_clear();
    outcome?;
    database.optimize()?;
    let seconds = begun.elapsed().as_secs_f32();
    println!("{} clients, {} transactions in {seconds:.1} s", demo.clients, transactions.load(Ordering::SeqCst));
    Ok(())
}

fn verify_ledger(database: &Database) -> Result<(), Fault> {
    let bar = progress("walking the ledger");
    let mut snapshot = database.snapshot()?;
    let report = verify::verify(snapshot.conn(), &mut |postings| bar.set_message(format!("{postings} postings")));
    bar.finish_and_clear();
    let report = report?;
    for difference in &report.differences {
        println!("{difference}");
    }
    println!("{} postings, {} accounts, {} differences", report.postings, report.accounts, report.differences.len());
    if report.differences.is_empty() { Ok(()) } else { Err(Fault::Failure("the ledger does not hold".into())) }
}

fn user(database: &Database, command: UserCommand) -> Result<(), Fault> {
    migrate(database)?;
    let given = std::env::var(PASSWORD_VARIABLE).ok();
    let password = given.as_deref().map(|text| password(PASSWORD_VARIABLE, text)).transpose()?;
    let password = password.map_or_else(generate_password, Ok)?;
    let hash = PasswordHasher::new(HashCost::Full).hash_now(password.expose())?;
    match command {
        UserCommand::Add { email, name, groups } => {
            let name = name.unwrap_or_else(|| email.to_string());
            database.write(move |tx| {
                let mut ids = Vec::new();
                for group in &groups {
                    let missing = || Error::Broken(format!("there is no group {group}"));
                    ids.push(group_of(tx, group)?.ok_or_else(missing)?);
                }
                let user = new_user(&name, &email, ids.into_iter().collect(), false);
                add_user(tx, "user add", &user, &hash)
            })
        }
        UserCommand::Password { email } => database.write(move |tx| {
            let user = users::find(tx.conn, &email)?;
            users::set_password(tx, user.id, &hash)?;
            let masked = ("password", MASK.to_owned());
            let details = [("id", user.id.get().to_string()), ("email", email.to_string()), masked];
            audit(tx, "user password", "user", Action::Update, &details)
        }),
    }
    .map_err(|error| match error {
        Error::NotFound => Fault::Failure("there is no such user".into()),
        Error::Refused(_) => Fault::Failure("a user has this e-mail already".into()),
        error => error.into(),
    })?;
    if given.is_none() {
        println!("The password, shown this once: {}", password.expose());
    }
    Ok(())
}

fn policy_off(database: &Database, user: Option<Email>) -> Result<(), Fault> {
    migrate(database)?;
    let named = user.clone();
    let switched = database.write(move |tx| {
        let switched = security_policies::switch_off(tx)?;
        let mut details = vec![("switchedOff", switched.to_string())];
        if let Some(email) = &user {
            let user = users::find(tx.conn, email)?;
            users::clear_ip_whitelist(tx, user.id)?;
            details.push(("ipWhitelistClearedOf", email.to_string()));
        }
        audit(tx, "policy off", "security_policy", Action::Update, &details)?;
        Ok::<_, Error>(switched)
    });
    let switched = switched.map_err(|error| match error {
        Error::NotFound => Fault::Failure("there is no such user".into()),
        error => error.into(),
    })?;
    println!("{switched} policies were switched off.");
    if let Some(email) = named {
        println!("{email} is let in from any address.");
    }
    Ok(())
}

fn new_user(name: &str, email: &Email, groups: Set<UserGroupId>, can_view_masked_data: bool) -> User {
    User {
        name: name.to_owned(),
        email: email.clone(),
        phone: None,
        active: true,
        second_factor: SecondFactor::Off,
        ip_whitelist: Vec::new(),
        groups,
        client_tags: Set::default(),
        can_view_masked_data,
        slack_chat_id: None,
        telegram_chat_id: None,
    }
}

fn add_user(tx: &mut Tx<'_>, command: &'static str, user: &User, hash: &str) -> Result<(), Error> {
    let stored = users::create(tx, user, hash)?;
    let details = [("id", stored.id.get().to_string()), ("email", user.email.to_string())];
    audit(tx, command, "user", Action::Add, &details)
}

fn audit(
    tx: &mut Tx<'_>,
    command: &'static str,
    resource: &'static str,
    action: Action,
    details: &[(&str, String)],
) -> Result<(), Error> {
    let details = details.iter().map(|(name, value)| ((*name).to_owned(), Value::from(value.as_str()))).collect();
    system_logs::record(tx, &Actor::machine(command), &Subject::system(resource), action, &details)
}

fn group_of(tx: &mut Tx<'_>, name: &str) -> Result<Option<UserGroupId>, Error> {
    let all = Paging {
        sort: user_groups::Sort::Id,
        direction: Direction::Ascending,
        limit: i64::MAX,
        offset: 0,
        counts: false,
    };
    let groups = user_groups::list(tx.conn, &all)?;
    Ok(groups.data.into_iter().find(|group| folded(&group.data.name) == folded(name)).map(|group| group.id))
}

/// A random password that meets the rules; random texts nearly always do.
fn generate_password() -> Result<Password, Fault> {
    const CHARS: usize = 20;
    loop {
        let random = SecretKey::generate()?;
        let text: String = random.chars().filter(char::is_ascii_alphanumeric).take(CHARS).collect();
        if let Ok(password) = text.parse() {
            return Ok(password);
        }
    }
}
