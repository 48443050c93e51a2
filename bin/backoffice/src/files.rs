//! The files that stand beside a SQLite database.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use storage::DatabaseUrl;

use crate::fault::Fault;

/// The path of a file that stands beside the database.
pub fn beside(database: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(database);
    name.push(suffix);
    name.into()
}

/// The folder of files of the storage that names none.
pub fn files_beside(url: &DatabaseUrl) -> PathBuf {
    match url {
        DatabaseUrl::Sqlite(path) => beside(path, ".files"),
        DatabaseUrl::Postgres(_) => PathBuf::from("backoffice-files"),
    }
}

/// A hold on the files of a SQLite database. The files that are made under it go when it ends, unless
/// they are of use by then: a command that fails leaves nothing behind.
pub struct Claim {
    fresh: Vec<PathBuf>,
    /// Outlives the removal: whoever waits for it must not find half of the files.
    _lock: Option<File>,
}

impl Claim {
    /// For the one server of a database: what it keeps in memory would hide another one's writes.
    /// PostgreSQL takes any number of servers.
    pub fn of_server(url: &DatabaseUrl) -> Result<Self, Fault> {
        match url {
            DatabaseUrl::Sqlite(path) => Self::locked(path),
            DatabaseUrl::Postgres(_) => Ok(Self::nothing()),
        }
    }

    /// For a command, which may run beside a server. Where there is no database yet it is alone.
    pub fn of_command(url: &DatabaseUrl) -> Result<Self, Fault> {
        match url {
            DatabaseUrl::Sqlite(path) if !path.exists() => Self::locked(path),
            DatabaseUrl::Sqlite(_) | DatabaseUrl::Postgres(_) => Ok(Self::nothing()),
        }
    }

    fn nothing() -> Self {
        Self { fresh: Vec::new(), _lock: None }
    }

    fn locked(path: &Path) -> Result<Self, Fault> {
        let path = &resolved(path);
        let lock_path = beside(path, ".lock");
        let is_lock_fresh = !lock_path.exists();
        let lock = lock(path, &lock_path)?;
        // What is there now belongs to somebody; only under the lock this is certain.
        let mut fresh = Vec::new();
        if !path.exists() {
            fresh.extend(["", "-wal", "-shm", ".secret"].map(|suffix| beside(path, suffix)));
            fresh.retain(|file| !file.exists());
            fresh.extend(is_lock_fresh.then_some(lock_path));
        }
        Ok(Self { fresh, _lock: Some(lock) })
    }

    /// What was made is of use from now on.
    pub fn keep(&mut self) {
        self.fresh.clear();
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        for file in &self.fresh {
            drop(std::fs::remove_file(file));
        }
    }
}

/// The path without links, so that one database has one lock.
fn resolved(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let in_folder = || Some(folder.canonicalize().ok()?.join(path.file_name()?));
    path.canonicalize().ok().or_else(in_folder).unwrap_or_else(|| path.to_owned())
}

/// Takes the lock, in a file of its own: closing a handle of the database would end SQLite's locks.
fn lock(database: &Path, path: &Path) -> Result<File, Fault> {
    let failed = |error: &dyn std::fmt::Display| Fault::Failure(format!("{}: {error}", path.display()));
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(|error| failed(&error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(Fault::Failure(format!("another server is running on {}", database.display())))
        }
        Err(TryLockError::Error(error)) => Err(failed(&error)),
    }
}
