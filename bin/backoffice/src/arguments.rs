use std::net::SocketAddr;
use std::path::PathBuf;

use api::{InvalidWebOrigin, WebOrigin};
use clap::{Args, Parser, Subcommand, ValueEnum};
use domain::identity::IpNetwork;
use domain::imports::ImportType;
use domain::value::Email;
use outbound::files::{InvalidStorageSetting, StorageSetting};

use crate::logger::LogFormat;

/// The back office of a broker: its server, and what its operator does from the machine itself.
///
/// Every setting can be given by a flag, by the environment or by a configuration file; the first of these wins.
/// docs/operating.md tells more of each.
// What may hold a secret is a plain text here: an error of the parser would repeat it.
#[derive(Debug, Parser)]
#[command(name = "backoffice", version, arg_required_else_help = true)]
pub struct Arguments {
    #[command(flatten)]
    pub shared: Shared,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Args)]
pub struct Shared {
    /// A file of settings in TOML, named as the long flags are
    #[arg(long, global = true, env = "BACKOFFICE_CONFIG")]
    pub config: Option<PathBuf>,

    /// Where the data is: `sqlite://PATH` or `postgres://USER:PASSWORD@HOST/DATABASE`
    #[arg(long, global = true, env = "DATABASE_URL", hide_env_values = true, default_value = "sqlite://backoffice.db")]
    pub database_url: String,

    /// The secret that signs tokens and encrypts stored secrets, at least 32 bytes. By default one is
    /// generated and stored beside the SQLite file; required with PostgreSQL
    #[arg(long, global = true, env = "BACKOFFICE_SECRET", hide_env_values = true)]
    pub secret: Option<String>,

    /// How lines of the log are written
    #[arg(long, global = true, env = "BACKOFFICE_LOG_FORMAT", value_enum, default_value_t)]
    pub log_format: LogFormat,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Create and migrate the database, make the first administrator if there is no user, and serve
    Serve(Box<Serve>),
    /// Bring the database's schema up to date
    Migrate,
    /// Add users and set passwords
    #[command(subcommand)]
    User(User),
    /// Print the OpenAPI document
    Openapi,
    /// Check that the books are right
    #[command(subcommand)]
    Ledger(Ledger),
    /// List the jobs of the server, and retry those that were given up
    #[command(subcommand)]
    Queue(Queue),
    /// Bring in clients, accounts or transactions of an earlier system: all of a file, or nothing
    Import(Import),
    /// Load demonstration data: products, and clients with accounts and a year of transactions
    Demo(Demo),
    /// Undo policies that lock everybody out
    #[command(subcommand)]
    Policy(Policy),
    /// Write a snapshot of the database and the files of local storages to one file, beside a running server
    Backup(Backup),
    /// Restore a backup to an empty database
    Restore(Restore),
    /// Print the completions of a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Print a manual page, for `man -l -`
    Man {
        /// A command, such as `serve` or `user add`; without one the page of the program itself
        command: Vec<String>,
    },
}

#[derive(Debug, Args)]
pub struct Serve {
    /// Where to listen
    #[arg(long, env = "BACKOFFICE_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,

    /// The certificate of the server and those that it is signed by, in PEM: then it speaks TLS and nothing else. Read
    /// again on SIGHUP
    #[arg(long, env = "BACKOFFICE_TLS_CERT", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,

    /// The private key of the certificate, in PEM
    #[arg(long, env = "BACKOFFICE_TLS_KEY", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,

    /// Origins whose pages may call, such as `https://crm.example.com`, separated by commas; without any, pages of the
    /// server's own origin alone
    #[arg(long, env = "BACKOFFICE_CORS_ORIGINS", value_delimiter = ',', value_parser = origin)]
    pub cors_origins: Vec<WebOrigin>,

    /// Load the demonstration data into an empty database
    #[arg(long)]
    pub demo: bool,

    /// The first administrator's e-mail
    #[arg(long, env = "BACKOFFICE_ADMIN_EMAIL", default_value = "admin@example.com", value_parser = email)]
    pub admin_email: Email,

    /// The first administrator's password; without it one is generated and shown once
    #[arg(long, env = "BACKOFFICE_ADMIN_PASSWORD", hide_env_values = true)]
    pub admin_password: Option<String>,

    /// Where mail goes: `smtp://HOST:25`, or `smtps://USER:PASSWORD@HOST:465`. Without it nothing
    /// that needs mail can be switched on
    #[arg(long, env = "BACKOFFICE_SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<String>,

    /// The sender of mail
    #[arg(long, env = "BACKOFFICE_MAIL_FROM", default_value = "Back office <backoffice@localhost>")]
    pub mail_from: String,

    /// Above this worth in USD transaction monitoring calls a deposit or withdrawal red; without it
    /// none can be checked
    #[arg(long, env = "BACKOFFICE_MONITORING_RED_ABOVE_USD")]
    pub monitoring_red_above_usd: Option<domain::ledger::Amount>,

    /// Where exchanges of hedged pairs are done again: a bridge to a liquidity provider
    #[arg(long, env = "BACKOFFICE_HEDGING_URL", hide_env_values = true)]
    pub hedging_url: Option<String>,

    /// Where clients are checked who ask for a level of the `ExternalWizard`: a bridge to an identity checker.
    /// Without it users decide
    #[arg(long, env = "BACKOFFICE_IDENTITY_CHECK_URL", hide_env_values = true)]
    pub identity_check_url: Option<String>,

    /// Signs what outside platforms and the checker are asked, and what is hedged: the HMAC-SHA256 of the body, in `X-Signature`
    #[arg(long, env = "BACKOFFICE_GATEWAY_KEY", hide_env_values = true)]
    pub gateway_key: Option<String>,

    /// Where uploaded files are stored: `local:PATH`, or `s3://BUCKET?endpoint=URL&region=REGION`. By
    /// default a folder beside the SQLite database, or `backoffice-files` with PostgreSQL. It counts until
    /// there is a storage of its kind; from then on the storage is changed by the API
    #[arg(long, env = "BACKOFFICE_STORAGE", default_value = "local", value_parser = storage)]
    pub storage: StorageSetting,

    /// The access key of the S3 storage
    #[arg(long, env = "BACKOFFICE_S3_KEY", hide_env_values = true)]
    pub s3_key: Option<String>,

    /// The secret key of the S3 storage
    #[arg(long, env = "BACKOFFICE_S3_SECRET", hide_env_values = true)]
    pub s3_secret: Option<String>,

    /// Proxies that are believed when they tell where a call comes from: addresses or CIDR blocks,
    /// separated by commas
    #[arg(long, env = "BACKOFFICE_TRUSTED_PROXIES", value_delimiter = ',', value_parser = network)]
    pub trusted_proxies: Vec<IpNetwork>,

    /// The header in which trusted proxies tell it; the other one is ignored
    #[arg(long, env = "BACKOFFICE_FORWARDED_HEADER", value_enum, default_value_t)]
    pub forwarded_header: ForwardedHeader,

    /// A replica of the PostgreSQL that `DATABASE_URL` names: lists and exports are read there, where it is not far behind
    #[arg(long, env = "BACKOFFICE_READ_URL", hide_env_values = true)]
    pub read_url: Option<String>,

    /// Where traces go: a collector of OpenTelemetry that takes OTLP over HTTP, such as `http://127.0.0.1:4318`
    #[arg(long, env = "BACKOFFICE_OTLP_ENDPOINT", hide_env_values = true)]
    pub otlp_endpoint: Option<String>,

    /// Which part of all calls and jobs is traced, from 0 to 1; what a trusted proxy traces, always
    #[arg(long, env = "BACKOFFICE_TRACE_RATIO", default_value = "1", value_parser = ratio)]
    pub trace_ratio: f64,

    /// Threads that take calls [default: one per core]
    #[arg(long, env = "BACKOFFICE_WORKERS", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub workers: Option<u16>,

    /// Threads that read the database [default: SQLite one more than cores, PostgreSQL 8]
    #[arg(long, env = "BACKOFFICE_DB_READERS", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub db_readers: Option<u16>,

    /// Threads that write to PostgreSQL; SQLite has one writer [default: 8]
    #[arg(long, env = "BACKOFFICE_DB_WRITERS", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub db_writers: Option<u16>,
}

/// The header in which a proxy tells where a call comes from.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum ForwardedHeader {
    /// X-Forwarded-For
    #[default]
    XForwardedFor,
    /// Forwarded (RFC 7239)
    Forwarded,
}

impl From<ForwardedHeader> for api::ForwardedHeader {
    fn from(header: ForwardedHeader) -> Self {
        match header {
            ForwardedHeader::XForwardedFor => Self::XForwardedFor,
            ForwardedHeader::Forwarded => Self::Forwarded,
        }
    }
}

#[derive(Debug, Args)]
pub struct Backup {
    /// The file, which must not be there yet; `-` for standard output
    pub file: PathBuf,

    #[command(flatten)]
    pub sealing: Sealing,
}

#[derive(Debug, Args)]
pub struct Restore {
    /// The backup; `-` for standard input
    pub file: PathBuf,

    /// The folder that files are restored to, instead of the one that they were in
    #[arg(long, value_name = "FOLDER")]
    pub files: Option<PathBuf>,

    /// Hold the jobs that wait in the backup, so that nothing is sent or ordered: for a machine to try things on
    #[arg(long)]
    pub hold_jobs: bool,

    #[command(flatten)]
    pub sealing: Sealing,
}

/// How a backup is encrypted.
#[derive(Debug, Args)]
pub struct Sealing {
    /// A file with the passphrase of the backup, unless `BACKOFFICE_BACKUP_PASSPHRASE` has it; without either it is not
    /// encrypted
    #[arg(long, value_name = "FILE", env = "BACKOFFICE_BACKUP_PASSPHRASE_FILE")]
    pub passphrase_file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum Ledger {
    /// Walk all postings and compare them with what accounts state; the exit code is 1 where
    /// something differs
    Verify,
}

#[derive(Debug, Args)]
pub struct Demo {
    /// How many clients to add
    #[arg(long, default_value = "1000", value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub clients: u32,

    /// How many transactions each has
    #[arg(long, default_value = "10", value_parser = clap::value_parser!(u16).range(0..=1000))]
    pub transactions: u16,
}

#[derive(Debug, Args)]
pub struct Import {
    /// What the file brings
    #[arg(value_enum)]
    pub what: Imported,

    /// CSV or TSV in UTF-8, with the names of its columns in the first line; `-` for standard input
    pub file: PathBuf,

    /// What stands between the cells
    #[arg(long, value_enum, default_value_t)]
    pub delimiter: Delimiter,

    /// Only check the file
    #[arg(long)]
    pub dry_run: bool,
}

/// What a file brings.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Imported {
    /// Clients with their phone numbers and addresses
    Clients,
    /// Accounts of clients who are there
    Accounts,
    /// Opening balances and earlier movements of accounts that are there
    Transactions,
}

/// What stands between the cells of a file.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum Delimiter {
    /// ,
    #[default]
    Comma,
    /// ;
    Semicolon,
    /// The tab of TSV
    Tab,
}

impl From<Imported> for ImportType {
    fn from(imported: Imported) -> Self {
        match imported {
            Imported::Clients => Self::Users,
            Imported::Accounts => Self::Accounts,
            Imported::Transactions => Self::Transactions,
        }
    }
}

impl From<Delimiter> for domain::imports::Delimiter {
    fn from(delimiter: Delimiter) -> Self {
        match delimiter {
            Delimiter::Comma => Self::Comma,
            Delimiter::Semicolon => Self::Semicolon,
            Delimiter::Tab => Self::Tab,
        }
    }
}

#[derive(Debug, Subcommand)]
pub enum Queue {
    /// List the jobs that are not done
    List(ListJobs),
    /// Try dead letters again
    Retry(RetryJobs),
}

#[derive(Debug, Args)]
pub struct ListJobs {
    /// Of this kind alone, such as mail, `platform_order` or hedge
    #[arg(long)]
    pub kind: Option<String>,

    /// Dead letters alone
    #[arg(long)]
    pub dead: bool,

    /// How many at most
    #[arg(long, default_value = "1000", value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: u32,
}

#[derive(Debug, Args)]
pub struct RetryJobs {
    /// The ids of dead letters
    #[arg(required_unless_present = "kind", conflicts_with = "kind")]
    pub ids: Vec<i64>,

    /// All dead letters of this kind
    #[arg(long)]
    pub kind: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum User {
    /// Add a user; their password comes from `BACKOFFICE_USER_PASSWORD`, or is generated and shown once
    Add {
        /// The address they sign in with
        #[arg(value_parser = email)]
        email: Email,
        /// Their name
        #[arg(long)]
        name: Option<String>,
        /// The name of a group; may be given several times
        #[arg(long = "group")]
        groups: Vec<String>,
    },
    /// Set a user's password, which ends their sessions; it comes from `BACKOFFICE_USER_PASSWORD`, or
    /// is generated and shown once
    Password {
        /// The address they sign in with
        #[arg(value_parser = email)]
        email: Email,
    },
}

#[derive(Debug, Subcommand)]
pub enum Policy {
    /// Switch all IP policies off, and clear the IP list of a user if one is named
    Off {
        /// A user who is locked out by their own IP list
        #[arg(long, value_parser = email)]
        user: Option<Email>,
    },
    /// Switch all approval policies off, where nobody is left who can decide
    ApprovalsOff,
    /// Let users sign in with passwords again, where identity providers let nobody in
    PasswordsOn,
}

fn ratio(text: &str) -> Result<f64, &'static str> {
    text.parse().ok().filter(|ratio| (0.0..=1.0).contains(ratio)).ok_or("it must be from 0 to 1")
}

fn email(text: &str) -> Result<Email, String> {
    text.parse().map_err(|_| "not an e-mail address".to_owned())
}

fn storage(text: &str) -> Result<StorageSetting, String> {
    text.parse().map_err(|error: InvalidStorageSetting| format!("it {error}"))
}

fn origin(text: &str) -> Result<WebOrigin, String> {
    text.trim().parse().map_err(|error: InvalidWebOrigin| format!("it {error}"))
}

fn network(text: &str) -> Result<IpNetwork, String> {
    text.parse().map_err(|error: domain::identity::InvalidIpNetwork| format!("it {error}"))
}
