//! The secret of the installation: a setting, or a file beside the SQLite database.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use outbound::{SecretError, SecretKey};
use storage::DatabaseUrl;

use crate::fault::Fault;
use crate::files::beside;

/// The file of the secret that is made where the settings have none.
pub fn file(given: Option<&str>, url: &DatabaseUrl) -> Option<PathBuf> {
    match (given, url) {
        (None, DatabaseUrl::Sqlite(path)) => Some(beside(path, ".secret")),
        (Some(_), _) | (None, DatabaseUrl::Postgres(_)) => None,
    }
}

/// The secret of the settings, or else the one stored beside the database.
pub fn load(given: Option<&str>, url: &DatabaseUrl) -> Result<SecretKey, Fault> {
    let wrong = |error: SecretError| Fault::Usage(format!("BACKOFFICE_SECRET: {error}"));
    match (given, url) {
        (Some(secret), _) => SecretKey::new(secret).map_err(wrong),
        (None, DatabaseUrl::Postgres(_)) => {
            Err(Fault::Usage("BACKOFFICE_SECRET is needed with PostgreSQL: a text of at least 32 bytes".into()))
        }
        (None, DatabaseUrl::Sqlite(path)) => {
            let path = beside(path, ".secret");
            let failed = |error| Fault::Failure(format!("the secret in {}: {error}", path.display()));
            let secret = read_or_make(&path).map_err(failed)?;
            SecretKey::new(secret.trim()).map_err(|error| Fault::Failure(format!("{}: {error}", path.display())))
        }
    }
}

/// Reads the file, or makes it with a fresh secret that only its owner reads.
fn read_or_make(path: &Path) -> std::io::Result<String> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(mut file) => {
            let secret = SecretKey::generate().map_err(std::io::Error::other)?;
            file.write_all(secret.as_bytes())?;
            file.sync_all()?;
            Ok(secret)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let mut secret = String::new();
            std::fs::File::open(path)?.read_to_string(&mut secret)?;
            Ok(secret)
        }
        Err(error) => Err(error),
    }
}
