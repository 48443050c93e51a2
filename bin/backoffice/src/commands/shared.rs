//! What commands share.

use std::time::Duration;

use chrono::Utc;
use domain::value::Timestamp;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;
use storage::identity::system_logs::{self, Action, Actor, Subject};
use storage::{Database, DatabaseUrl, Error, Options, Tx};

use crate::arguments::Shared;
use crate::fault::Fault;
use crate::files::Claim;

pub(super) fn now() -> Timestamp {
    Utc::now().into()
}

pub(super) fn open(url: &DatabaseUrl, options: Options) -> Result<Database, Fault> {
    Database::open(url, options, now).map_err(|error| not_opened(url, &error))
}

pub(super) fn not_opened(url: &DatabaseUrl, error: &Error) -> Fault {
    Fault::Failure(format!("{url}: {error}"))
}

/// Runs a command that is done soon. A database that it made goes when it fails.
pub(super) fn with_few(shared: &Shared, command: impl FnOnce(&Database) -> Result<(), Fault>) -> Result<(), Fault> {
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

pub(super) fn database_url(shared: &Shared) -> Result<DatabaseUrl, Fault> {
    shared.database_url.parse().map_err(|error| Fault::Usage(format!("DATABASE_URL: it {error}")))
}

/// What goes on, on a terminal; nothing elsewhere.
pub(super) fn progress(message: &'static str) -> ProgressBar {
    let bar = ProgressBar::new_spinner().with_message(message);
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} [{elapsed}]") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

/// A bar that counts up to this, on a terminal.
pub(super) fn counting(message: &'static str, total: u64) -> ProgressBar {
    let bar = ProgressBar::new(total).with_message(message);
    if let Ok(style) = ProgressStyle::with_template("{msg} [{wide_bar}] {human_pos}/{human_len} {per_sec} [{eta}]") {
        bar.set_style(style.progress_chars("=> "));
    }
    bar
}

pub(super) fn migrate(database: &Database) -> Result<(), Fault> {
    let bar = progress("migrating the database");
    let run = database.migrate(now());
    bar.finish_and_clear();
    for migration in run? {
        log::info!("migrated: {migration}");
    }
    Ok(())
}

/// Writes what a command changed to the audit log.
pub(super) fn audit(
    tx: &mut Tx<'_>,
    command: &'static str,
    resource: &'static str,
    action: Action,
    details: &[(&str, String)],
) -> Result<(), Error> {
    let details = details.iter().map(|(name, value)| ((*name).to_owned(), Value::from(value.as_str()))).collect();
    system_logs::record(tx, &Actor::machine(command), &Subject::system(resource), action, &details)
}
