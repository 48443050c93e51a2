use std::io::Read;
use std::path::{Path, PathBuf};

use domain::files::{FileStorage, StorageDriver, StorageId};
use domain::value::Timestamp;
use serde::{Deserialize, Serialize};
use storage::files::storages::StoredStorage;

use crate::error::Error;

/// What archives are written as.
const FORMAT: u32 = 1;
/// More is no manifest.
const MAX_BYTES: u64 = 1 << 20;

/// What an archive is of.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// How the archive is written.
    pub format: u32,
    /// The version of the program that made it.
    pub program: String,
    /// The last migration of the database.
    pub schema: String,
    /// Which database.
    pub database: DatabaseKind,
    /// When the snapshot was taken.
    pub taken_at: Timestamp,
    /// The folders that the files were in.
    pub folders: Vec<Folder>,
}

/// Which database an archive is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DatabaseKind {
    /// A file of SQLite.
    Sqlite,
    /// A dump of PostgreSQL, for `pg_restore`.
    Postgresql {
        /// The major version of the server.
        version: i32,
    },
}

impl DatabaseKind {
    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgresql { .. } => "PostgreSQL",
        }
    }
}

/// The folder of a storage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Folder {
    /// The id of the storage.
    pub storage: i64,
    /// Its path; none for the one beside the database.
    pub root: Option<String>,
}

impl Folder {
    /// That of a storage; none of a bucket.
    pub(crate) fn of(storage: &StoredStorage) -> Option<Self> {
        let FileStorage { driver, options, .. } = &storage.data;
        match driver {
            StorageDriver::Local => Some(Self { storage: storage.id.get(), root: options.root.clone() }),
            StorageDriver::S3 => None,
        }
    }

    pub(crate) fn is_of(&self, storage: StorageId) -> bool {
        self.storage == storage.get()
    }

    /// Where it is, as a server with this folder beside its database sees it.
    pub(crate) fn path(&self, beside: &Path) -> PathBuf {
        self.root.as_ref().map_or_else(|| beside.to_owned(), PathBuf::from)
    }
}

impl Manifest {
    pub(crate) fn new(schema: String, database: DatabaseKind, taken_at: Timestamp, folders: Vec<Folder>) -> Self {
        Self { format: FORMAT, program: env!("CARGO_PKG_VERSION").to_owned(), schema, database, taken_at, folders }
    }

    /// Reads one, whose format must be known.
    pub(crate) fn read(content: &mut dyn Read) -> Result<Self, Error> {
        #[derive(Deserialize)]
        struct Head {
            format: u32,
            program: String,
        }
        let mut text = Vec::new();
        content.take(MAX_BYTES).read_to_end(&mut text).map_err(|error| Error::Damaged(error.to_string()))?;
        let head: Head = serde_json::from_slice(&text).map_err(|_| Error::Foreign)?;
        if head.format != FORMAT {
            return Err(Error::FromLaterVersion { program: head.program, what: "format" });
        }
        serde_json::from_slice(&text).map_err(|error| Error::Damaged(format!("its manifest: {error}")))
    }
}
