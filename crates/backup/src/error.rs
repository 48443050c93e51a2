use std::io;
use std::path::{Path, PathBuf};

/// Why a backup was not made or not restored.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database refuses.
    #[error("{0}")]
    Database(#[from] storage::Error),
    /// The archive cannot be written.
    #[error("the backup cannot be written: {0}")]
    Unwritable(#[source] io::Error),
    /// A file or a folder of this machine.
    #[error("{path}: {cause}")]
    Place {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        cause: io::Error,
    },
    /// A backup replaces nothing.
    #[error("{0} is there already, and a backup replaces nothing")]
    AlreadyThere(PathBuf),
    /// One copy at a time.
    #[error("another backup of this database is running")]
    BackupRunning,
    /// A program of PostgreSQL that is not installed.
    #[error("{0} is not installed: it comes with PostgreSQL's client programs (on Debian, postgresql-client)")]
    ToolMissing(&'static str),
    /// A program of PostgreSQL of another version than the server: an older one does not know it, and what a later one writes
    /// or sends, the server may not know.
    #[error(
        "{tool} is of version {version}, and the server of version {server}: PostgreSQL's client programs of the server's \
         version must come first in PATH (on Debian, postgresql-client-{server})"
    )]
    ToolOfOtherVersion {
        /// Its name.
        tool: &'static str,
        /// Its major version.
        version: i32,
        /// That of the server.
        server: i32,
    },
    /// A program of PostgreSQL that failed.
    #[error("{tool} failed: {told}")]
    ToolFailed {
        /// Its name.
        tool: &'static str,
        /// What it said.
        told: String,
    },
    /// A setting that PostgreSQL's programs cannot be given.
    #[error("DATABASE_URL: {0}")]
    Url(String),
    /// Not an archive of this kind.
    #[error("it is no backup of the back office")]
    Foreign,
    /// The archive is cut off or was changed.
    #[error("the backup is damaged or not whole: {0}")]
    Damaged(String),
    /// The archive is sealed.
    #[error("the backup is encrypted: give its passphrase by BACKOFFICE_BACKUP_PASSPHRASE or --passphrase-file")]
    PassphraseNeeded,
    /// The archive does not open.
    #[error("the passphrase is not the one of this backup")]
    WrongPassphrase,
    /// Whoever gives a passphrase expects that nobody else could write the archive.
    #[error("the backup is not encrypted: leave the passphrase out to restore it all the same")]
    NotEncrypted,
    /// A later version made it.
    #[error("the backup is of version {program}, whose {what} this version does not know: restore it with that one")]
    FromLaterVersion {
        /// Which version.
        program: String,
        /// What is not known.
        what: &'static str,
    },
    /// A later version serves the database.
    #[error("the database is of a later version: back it up with that one")]
    LaterDatabase,
    /// The kinds do not mix.
    #[error("the backup is of {of}, and the database here is {here}: a backup goes back to the kind that it is of")]
    OtherKind {
        /// What the backup is of.
        of: &'static str,
        /// What `DATABASE_URL` names.
        here: &'static str,
    },
    /// Statements of a later server.
    #[error("the backup is of PostgreSQL {of}, and the server here is {here}: restore it to version {of} or later")]
    OlderServer {
        /// The major version that the backup is of.
        of: i32,
        /// The one here.
        here: i32,
    },
    /// A restore replaces nothing.
    #[error("{0} is not empty, and a restore replaces nothing")]
    NotEmpty(String),
    /// A restore that died has left a part.
    #[error("a restore of the database did not finish: drop it, create it again and restore")]
    Unfinished,
    /// The secret of another installation stands where this one goes.
    #[error("{0} holds another secret than the backup: move it away first")]
    OtherSecret(PathBuf),
    /// A storage whose folder cannot be found again.
    #[error("the folder {0} of a storage is not an absolute path: name one by --files")]
    RelativeFolder(PathBuf),
}

impl Error {
    /// What went wrong at this place.
    pub(crate) fn at(path: &Path) -> impl Fn(io::Error) -> Self + use<'_> {
        move |cause| Self::Place { path: path.to_owned(), cause }
    }
}
