//! A database as it stands at one moment: a copy of it, and what it says of the files.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use storage::DatabaseUrl;
use storage::backup::Frozen;

use crate::error::Error;
use crate::manifest::DatabaseKind;
use crate::postgres;
use crate::service::Service;

/// The suffix of the copy of a SQLite database, which stands beside it while it is backed up.
const COPY_SUFFIX: &str = ".backup";

/// A snapshot.
pub(crate) struct Snapshot {
    pub kind: DatabaseKind,
    /// The database as it goes into the archive.
    pub copy: File,
    /// What is asked about files. It ends before the copy goes.
    pub frozen: Frozen,
    _beside: Option<CopyBeside>,
}

impl Snapshot {
    pub fn take(url: &DatabaseUrl) -> Result<Self, Error> {
        match url {
            DatabaseUrl::Sqlite(path) => Self::of_sqlite(path),
            DatabaseUrl::Postgres(url) => Self::of_postgres(url),
        }
    }

    fn of_sqlite(path: &Path) -> Result<Self, Error> {
        if !path.exists() {
            return Err(Error::Place { path: path.to_owned(), cause: std::io::ErrorKind::NotFound.into() });
        }
        let beside = CopyBeside::take(path)?;
        let frozen = Frozen::of_sqlite(path, &beside.path)?;
        let copy = File::open(&beside.path).map_err(Error::at(&beside.path))?;
        Ok(Self { kind: DatabaseKind::Sqlite, copy, frozen, _beside: Some(beside) })
    }

    fn of_postgres(url: &str) -> Result<Self, Error> {
        let service = Service::of(url)?;
        let (frozen, exported) = Frozen::of_postgres(url)?;
        postgres::check_dump(exported.server_major)?;
        let copy = tempfile::tempfile().map_err(Error::at(&std::env::temp_dir()))?;
        postgres::dump(&service, &exported.id, &copy)?;
        let kind = DatabaseKind::Postgresql { version: exported.server_major };
        Ok(Self { kind, copy, frozen, _beside: None })
    }
}

/// Where a database of SQLite is copied to while it is backed up: beside it, where the copy is as safe as it is.
#[must_use]
pub fn copy_beside(database: &Path) -> PathBuf {
    let mut name = OsString::from(database);
    name.push(COPY_SUFFIX);
    name.into()
}

/// The file of the copy. What a backup that died has left there is written over.
struct CopyBeside {
    path: PathBuf,
    /// Keeps a second backup away.
    _lock: File,
}

impl CopyBeside {
    fn take(database: &Path) -> Result<Self, Error> {
        let path = copy_beside(database);
        let failed = Error::at(&path);
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let lock = options.open(&path).map_err(&failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Error::BackupRunning),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        lock.set_len(0).map_err(failed)?;
        Ok(Self { path, _lock: lock })
    }
}

impl Drop for CopyBeside {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.path));
    }
}
