//! The files that stand beside a SQLite database.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use storage::DatabaseUrl;

use crate::commands::Fault;

/// The path of a file that stands beside the database.
pub fn beside(database: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(database);
    name.push(suffix);
    name.into()
}

/// The files that a command makes where there is no database yet. They go when it fails before it
/// has done anything.
pub struct FreshFiles {
    url: DatabaseUrl,
    files: Vec<PathBuf>,
}

impl FreshFiles {
    /// Those of this database that do not exist yet; none where there is a database.
    pub fn of(url: &DatabaseUrl) -> Self {
        let files = match url {
            DatabaseUrl::Sqlite(path) if !path.exists() => {
                let all = ["", "-wal", "-shm", ".secret", ".lock"].map(|suffix| beside(path, suffix));
                all.into_iter().filter(|file| !file.exists()).collect()
            }
            DatabaseUrl::Sqlite(_) | DatabaseUrl::Postgres(_) => Vec::new(),
        };
        Self { url: url.clone(), files }
    }

    /// What was made is of use from now on.
    pub fn keep(&mut self) {
        self.files.clear();
    }
}

impl Drop for FreshFiles {
    fn drop(&mut self) {
        if self.files.is_empty() {
            return;
        }
        // A server that was started meanwhile keeps what it runs on.
        if let Ok(_held) = hold(&self.url) {
            for file in &self.files {
                drop(std::fs::remove_file(file));
            }
        }
    }
}

/// Holds a SQLite database for one server, until this is dropped: what a server keeps in memory
/// would hide another one's writes. PostgreSQL takes any number of servers.
pub fn hold(url: &DatabaseUrl) -> Result<Option<File>, Fault> {
    let DatabaseUrl::Sqlite(path) = url else { return Ok(None) };
    // A file of its own: closing a handle of the database would end SQLite's own locks.
    let lock = beside(path, ".lock");
    let failed = |error: &dyn std::fmt::Display| Fault::Failure(format!("{}: {error}", lock.display()));
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&lock).map_err(|error| failed(&error))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => {
            Err(Fault::Failure(format!("another server is running on {}", path.display())))
        }
        Err(TryLockError::Error(error)) => Err(failed(&error)),
    }
}
