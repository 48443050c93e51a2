//! Backups: made beside a server that writes, restored to nothing, and refused in one line wherever something is wrong.

mod changed;
mod jobs;
mod load;
mod refusals;
mod secret;

use std::path::{Path, PathBuf};
use std::process::Command;

use storage::DatabaseUrl;

use crate::harness::binary::{command, run};
use crate::harness::{empty_postgres, scratch, unique};

pub const PASSPHRASE: &str = "correct horse battery staple";

/// A folder of its own.
pub fn folder() -> PathBuf {
    let folder = scratch().join(format!("backups-{}", unique()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// A database of the same kind with nothing in it.
pub fn nothing_like(url: &DatabaseUrl) -> DatabaseUrl {
    match url {
        DatabaseUrl::Sqlite(_) => DatabaseUrl::Sqlite(folder().join("restored.db")),
        DatabaseUrl::Postgres(_) => empty_postgres(),
    }
}

/// `backoffice backup`, with what a server of this database is set up with.
pub fn backup_of(url: &DatabaseUrl, file: &Path) -> Command {
    let mut command = command(Some(url));
    command.arg("backup").arg(file);
    command
}

/// `backoffice restore`.
pub fn restore_to(url: &DatabaseUrl, file: &Path) -> Command {
    let mut command = command(Some(url));
    command.arg("restore").arg(file);
    command
}

/// Runs a command that must work, and gives what it printed.
#[track_caller]
pub fn works(command: &mut Command) -> String {
    let (code, out, errors) = run(command);
    assert_eq!(code, Some(0), "{out}{errors}");
    out
}

/// Runs a command that must be refused by one line, and gives that.
#[track_caller]
pub fn refused(command: &mut Command) -> String {
    let (code, out, errors) = run(command.env("RUST_LOG", "off"));
    assert!(matches!(code, Some(1 | 2)), "{code:?} {out}{errors}");
    assert_eq!(errors.lines().count(), 1, "{errors}");
    errors
}

/// The names of what is in a folder.
pub fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
