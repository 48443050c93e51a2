//! A real server per test, over a database made from a migrated template.

mod app;
pub mod binary;
mod bodies;
pub mod certificates;
mod client;
mod client_session;
pub mod codes;
pub mod form;
mod gateway;
pub mod identity_provider;
pub mod orders;
pub mod postgres;
mod proxy;
pub mod raw;
pub mod records;
pub mod s3;
pub mod socket_io;
pub mod sql;

pub use app::{ADMIN_EMAIL, ADMIN_PASSWORD, Setup, TestApp};
pub use bodies::Bodies;
pub use client::{Answer, Client};
pub use gateway::{Gateway, Received};
use postgres::postgres;
pub use proxy::Proxy;
pub use records::{MANUAL_DEPOSIT, MANUAL_WITHDRAWAL};

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};
use storage::DatabaseUrl;

/// Runs a test on both databases and holds that it saw the same answers on both.
pub fn on_both(test: impl Fn(&TestApp)) {
    on_both_with(&Setup::default(), test);
}

/// The same with a server that is set up otherwise.
pub fn on_both_with(setup: &Setup, test: impl Fn(&TestApp)) {
    let seen: Vec<_> = databases()
        .into_iter()
        .map(|url| {
            let app = TestApp::start(url.clone(), setup);
            test(&app);
            let transcript = app.transcript();
            drop(app);
            remove(&url);
            transcript
        })
        .collect();
    if let [sqlite, postgres] = &seen[..] {
        for (one, other) in sqlite.iter().zip(postgres) {
            assert_eq!(one, other, "SQLite and PostgreSQL answer differently");
        }
        assert_eq!(sqlite.len(), postgres.len());
    }
}

/// A fresh, migrated database of each kind that is available.
pub fn databases() -> Vec<DatabaseUrl> {
    let mut databases = vec![sqlite()];
    databases.extend(postgres().map(postgres::Cluster::fresh_database));
    databases
}

/// A fresh, migrated database for a test of PostgreSQL alone; without PostgreSQL, the test says that it holds nothing.
pub fn postgres_database() -> Option<DatabaseUrl> {
    let database = postgres().map(postgres::Cluster::fresh_database);
    if database.is_none() {
        let test = std::thread::current().name().unwrap_or("a test").to_owned();
        say(&format!("SKIPPED {test}: there is no PostgreSQL"));
    }
    database
}

/// A database of PostgreSQL with nothing in it, for a test that has another one.
pub fn empty_postgres() -> DatabaseUrl {
    postgres().expect("PostgreSQL").empty_database()
}

/// Says something that is seen although the test passes: what a test prints is caught, what it writes is not.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// The folder of the repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A body with some fields set.
#[track_caller]
pub fn with(mut body: Value, fields: &Value) -> Value {
    for (name, value) in fields.as_object().expect("fields") {
        body[name] = value.clone();
    }
    body
}

/// An amount as answers write it.
pub fn amount(text: &str) -> Value {
    json!(text.parse::<domain::ledger::Amount>().expect("an amount").padded())
}

/// The document of the interface.
pub fn document() -> Value {
    serde_json::from_str(&api::document().expect("a document")).expect("JSON")
}

/// Removes the database of a test that has passed, so that hundreds of them do not fill the memory.
pub fn remove(url: &DatabaseUrl) {
    let _ = std::fs::remove_dir_all(app::files_of(url));
    match url {
        DatabaseUrl::Sqlite(path) => {
            for suffix in ["", "-wal", "-shm"] {
                let _ = std::fs::remove_file(format!("{}{suffix}", path.display()));
            }
        }
        DatabaseUrl::Postgres(url) => postgres().expect("PostgreSQL").remove(url),
    }
}

/// A number that no other test of this process has.
pub fn unique() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// A folder for this process, below `target`.
pub fn scratch() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let all = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let path = all.join(std::process::id().to_string());
        for left in std::fs::read_dir(all).into_iter().flatten().flatten() {
            // Of a process that has ended, or of an earlier one with this number.
            let runs = Path::new("/proc").join(left.file_name()).exists();
            if !runs || left.path() == path {
                let _ = std::fs::remove_dir_all(left.path());
            }
        }
        std::fs::create_dir_all(&path).expect("a folder for the test's files");
        path
    })
}

/// A fresh, migrated SQLite file.
pub fn sqlite() -> DatabaseUrl {
    static TEMPLATE: OnceLock<PathBuf> = OnceLock::new();
    let template = TEMPLATE.get_or_init(|| {
        let path = scratch().join("template.db");
        app::prepare(&DatabaseUrl::Sqlite(path.clone()));
        assert!(!path.with_extension("db-wal").exists(), "the template is not whole in its file");
        path
    });
    let path = scratch().join(format!("test-{}.db", unique()));
    std::fs::copy(template, &path).expect("a copy of the template");
    DatabaseUrl::Sqlite(path)
}
