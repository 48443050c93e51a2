use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{Read, Seek as _};
use std::path::{Path, PathBuf};

use domain::value::Timestamp;
use storage::backup::{self, Content, RestoreChanges};
use storage::{Database, DatabaseUrl, Options};

use crate::archive::Part;
use crate::error::Error;
use crate::folders::{Folders, sync_folder, write_new};
use crate::manifest::{DatabaseKind, Manifest};
use crate::passphrase::Passphrase;
use crate::postgres;
use crate::service::Service;
use crate::unpack::unpack;

/// What a database of SQLite is called until it is whole.
const PARTIAL_SUFFIX: &str = ".restoring";
/// More is no secret.
const MAX_SECRET_BYTES: u64 = 64 * 1024;

/// Where a backup is restored to.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The database, which must be empty.
    pub url: &'a DatabaseUrl,
    /// The folder of files of the storage that names none.
    pub files: &'a Path,
    /// The folder that all files go to instead, which their storage names from then on.
    pub files_instead: Option<&'a Path>,
    /// The file for the secret that was made; none where the settings have one.
    pub secret: Option<&'a Path>,
    /// Whether jobs that wait are held.
    pub holds_jobs: bool,
}

/// What was restored.
#[derive(Clone, Debug)]
pub struct Restored {
    /// What the backup is of.
    pub manifest: Manifest,
    /// How many files.
    pub files: u64,
    /// How many jobs are held.
    pub held_jobs: usize,
    /// Whether the secret was in it.
    pub has_secret: bool,
}

/// What an archive holds, found before anything is written.
struct Checked {
    manifest: Manifest,
    secret: Option<Vec<u8>>,
    files: u64,
}

/// Restores a backup. The whole archive is checked before anything is written, and the database, without which nothing passes
/// for whole, is the last to get its name. `tell` hears how far it is.
///
/// # Errors
/// Why not; nothing is left behind then, unless it says so.
pub fn restore(
    archive: &mut File,
    passphrase: Option<&Passphrase>,
    target: &Target<'_>,
    now: Timestamp,
    tell: &dyn Fn(&'static str),
) -> Result<Restored, Error> {
    let mut place = Place::look_at(target.url)?;
    tell("checking the backup");
    let checked = check(archive, passphrase)?;
    place.fits(&checked.manifest)?;
    let mut secret = Secret::look_at(&checked, target)?;
    let mut folders = Folders::look_at(&checked.manifest.folders, target.files, target.files_instead)?;
    tell("restoring");
    place.begin()?;
    archive.rewind().map_err(|error| Error::Damaged(error.to_string()))?;
    unpack(&mut *archive, passphrase, &mut |part, content| match part {
        Part::File { storage, key } => folders.write(*storage, key, content),
        Part::Database => place.write(content),
        Part::Manifest | Part::Secret | Part::Checksums => Ok(()),
    })?;
    secret.write()?;
    let changes = RestoreChanges {
        holds_jobs: target.holds_jobs,
        files_root: target.files_instead.map(|folder| folder.display().to_string()),
        taken_at: checked.manifest.taken_at,
    };
    folders.sync()?;
    let held_jobs = place.finish(now, &changes)?;
    let has_secret = checked.secret.is_some();
    secret.keep();
    folders.keep();
    Ok(Restored { manifest: checked.manifest, files: checked.files, held_jobs, has_secret })
}

fn check(archive: &mut File, passphrase: Option<&Passphrase>) -> Result<Checked, Error> {
    let (mut manifest, mut secret, mut files) = (None, None, 0);
    unpack(archive, passphrase, &mut |part, content| {
        match part {
            Part::Manifest => {
                let found = Manifest::read(content)?;
                if found.schema > backup::known_schema()? {
                    return Err(Error::FromLaterVersion { program: found.program, what: "schema" });
                }
                manifest = Some(found);
            }
            Part::Secret => {
                let mut bytes = Vec::new();
                let read = content.take(MAX_SECRET_BYTES).read_to_end(&mut bytes);
                read.map_err(|error| Error::Damaged(error.to_string()))?;
                secret = Some(bytes);
            }
            Part::File { .. } => files += 1,
            Part::Database | Part::Checksums => {}
        }
        Ok(())
    })?;
    Ok(Checked { manifest: manifest.ok_or(Error::Foreign)?, secret, files })
}

/// The secret beside a database of SQLite. What was written goes with this, unless it is kept.
struct Secret<'a> {
    bytes: Option<&'a [u8]>,
    path: Option<&'a Path>,
    written: Option<&'a Path>,
}

impl<'a> Secret<'a> {
    /// # Errors
    /// [`Error::OtherSecret`].
    fn look_at(checked: &'a Checked, target: &Target<'a>) -> Result<Self, Error> {
        let mut bytes = checked.secret.as_deref();
        if let (Some(path), Some(restored)) = (target.secret.filter(|path| path.exists()), bytes) {
            if fs::read(path).map_err(Error::at(path))?.trim_ascii() != restored.trim_ascii() {
                return Err(Error::OtherSecret(path.to_owned()));
            }
            bytes = None;
        }
        Ok(Self { bytes, path: target.secret, written: None })
    }

    fn write(&mut self) -> Result<(), Error> {
        if let (Some(mut bytes), Some(path)) = (self.bytes, self.path) {
            write_new(path, &mut bytes)?;
            self.written = Some(path);
        }
        Ok(())
    }

    fn keep(mut self) {
        self.written = None;
    }
}

impl Drop for Secret<'_> {
    fn drop(&mut self) {
        if let Some(path) = self.written {
            drop(fs::remove_file(path));
        }
    }
}

/// The database that is restored.
enum Place<'a> {
    Sqlite { path: &'a Path, partial: PathBuf },
    Postgres { url: &'a str, server: i32, service: Service, state: State },
}

/// How far a restore to PostgreSQL is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Untouched,
    /// Nothing but the mark is there.
    Marked,
    /// The dump is there, and the mark stays until the database is whole.
    Filled,
}

impl<'a> Place<'a> {
    /// # Errors
    /// [`Error::NotEmpty`].
    fn look_at(url: &'a DatabaseUrl) -> Result<Self, Error> {
        match url {
            DatabaseUrl::Sqlite(path) => {
                // A log of another database would be taken for this one's.
                for suffix in ["", "-wal", "-shm", "-journal"] {
                    let file = with_suffix(path, suffix);
                    if file.symlink_metadata().is_ok() {
                        return Err(Error::NotEmpty(format!("{} is there: the place", file.display())));
                    }
                }
                Ok(Self::Sqlite { path, partial: with_suffix(path, PARTIAL_SUFFIX) })
            }
            DatabaseUrl::Postgres(text) => {
                let target = backup::restore_target(text)?;
                match target.content {
                    Content::Nothing => {}
                    Content::Something => return Err(Error::NotEmpty(format!("the database {url}"))),
                    Content::UnfinishedRestore => return Err(Error::Unfinished),
                }
                let (server, service) = (target.server_major, Service::of(text)?);
                postgres::check_restore(server)?;
                Ok(Self::Postgres { url: text, server, service, state: State::Untouched })
            }
        }
    }

    /// # Errors
    /// [`Error::OtherKind`], [`Error::OlderServer`] and a program that is too old.
    fn fits(&self, manifest: &Manifest) -> Result<(), Error> {
        match (self, manifest.database) {
            (Self::Sqlite { .. }, DatabaseKind::Sqlite) => Ok(()),
            (Self::Postgres { server, .. }, DatabaseKind::Postgresql { version }) if version > *server => {
                Err(Error::OlderServer { of: version, here: *server })
            }
            (Self::Postgres { .. }, DatabaseKind::Postgresql { .. }) => Ok(()),
            (Self::Sqlite { .. }, of) => Err(Error::OtherKind { of: of.name(), here: "SQLite" }),
            (Self::Postgres { .. }, of) => Err(Error::OtherKind { of: of.name(), here: "PostgreSQL" }),
        }
    }

    fn begin(&mut self) -> Result<(), Error> {
        match self {
            // What a restore has left that died.
            Self::Sqlite { partial, .. } => remove_partial(partial),
            Self::Postgres { url, state, .. } => {
                backup::begin_restore(url)?;
                *state = State::Marked;
            }
        }
        Ok(())
    }

    fn write(&mut self, content: &mut dyn Read) -> Result<(), Error> {
        match self {
            Self::Sqlite { partial, .. } => write_new(partial, content),
            Self::Postgres { service, state, .. } => {
                postgres::restore(service, content)?;
                *state = State::Filled;
                Ok(())
            }
        }
    }

    /// Migrates the database and makes it whole; answers how many jobs are held.
    fn finish(&mut self, now: Timestamp, changes: &RestoreChanges) -> Result<usize, Error> {
        match self {
            Self::Sqlite { path, partial } => {
                let held = backup::finish_restore(&DatabaseUrl::Sqlite(partial.clone()), now, changes)?;
                let log = with_suffix(partial, "-wal");
                if log.exists() {
                    return Err(Error::at(&log)(std::io::Error::other("it was not taken over into the database")));
                }
                File::open(&*partial).and_then(|file| file.sync_all()).map_err(Error::at(partial))?;
                fs::rename(&*partial, *path).map_err(Error::at(path))?;
                // It is whole from here on: nothing may be taken back.
                if let Err(error) = sync_folder(path.parent().unwrap_or(Path::new("."))) {
                    log::warn!("the name of the database may be gone after a crash: {error}");
                }
                Ok(held)
            }
            Self::Postgres { url, .. } => {
                let url = DatabaseUrl::Postgres((*url).to_owned());
                let held = backup::finish_restore(&url, now, changes)?;
                // A dump has no statistics, and without them the first plans are bad.
                let optimized =
                    Database::open(&url, Options { readers: 1, writers: 1 }, move || now).and_then(|database| {
                        let optimized = database.optimize();
                        database.close();
                        optimized
                    });
                if let Err(error) = optimized {
                    log::warn!("the database was not analyzed: {error}");
                }
                Ok(held)
            }
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        match self {
            Self::Sqlite { partial, .. } => remove_partial(partial),
            Self::Postgres { url, state: State::Marked, .. } => {
                if let Err(error) = backup::abandon_restore(url) {
                    log::warn!("the table unfinished_restore stays in the database: {error}");
                }
            }
            // Nothing was done, or the database is whole, or the mark stays: what is there must be dropped.
            Self::Postgres { state: State::Untouched | State::Filled, .. } => {}
        }
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

fn remove_partial(partial: &Path) {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        drop(fs::remove_file(with_suffix(partial, suffix)));
    }
}
