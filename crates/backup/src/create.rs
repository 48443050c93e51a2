use std::fs::{self, File};
use std::io::{self, BufWriter, Cursor, ErrorKind, Write};
use std::path::Path;

use domain::value::Timestamp;
use outbound::files::local_place;
use storage::DatabaseUrl;
use storage::backup::{FrozenFile, known_schema};

use crate::archive::{ArchiveWriter, Part};
use crate::error::Error;
use crate::manifest::{Folder, Manifest};
use crate::passphrase::Passphrase;
use crate::snapshot::Snapshot;

/// How many files are asked for at a time.
const FILES_AT_ONCE: i64 = 1000;

/// What is backed up.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The database.
    pub url: &'a DatabaseUrl,
    /// The folder of files of the storage that names none.
    pub files: &'a Path,
    /// The file with the secret that was made, where there may be one.
    pub secret: Option<&'a Path>,
}

/// What became of a backup.
#[derive(Clone, Copy, Debug, Default)]
pub struct Created {
    /// How many files are in it.
    pub files: u64,
    /// How many files records name that are not in their folder.
    pub missing: u64,
    /// How many files are in buckets, and not in the backup.
    pub elsewhere: u64,
    /// Whether there is a secret that is not in it.
    pub leaves_secret: bool,
}

/// Makes a backup as a file, which is there once it is whole. `tell` hears how far it is.
///
/// # Errors
/// [`Error::AlreadyThere`], and why it cannot be made.
pub fn create_file(
    source: &Source<'_>,
    passphrase: Option<&Passphrase>,
    now: Timestamp,
    path: &Path,
    tell: &dyn Fn(String),
) -> Result<Created, Error> {
    if path.symlink_metadata().is_ok() {
        return Err(Error::AlreadyThere(path.to_owned()));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let failed = Error::at(folder);
    // Readable by its owner alone, as temporary files are.
    let mut file = tempfile::Builder::new().prefix(".backup-").tempfile_in(folder).map_err(&failed)?;
    let created = create(source, passphrase, now, &mut file, tell)?;
    file.as_file().sync_all().map_err(&failed)?;
    file.persist_noclobber(path).map_err(|error| match error.error.kind() {
        ErrorKind::AlreadyExists => Error::AlreadyThere(path.to_owned()),
        _ => Error::at(path)(error.error),
    })?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
    Ok(created)
}

/// Makes a backup and writes it out.
///
/// # Errors
/// Why it cannot be made.
pub fn create(
    source: &Source<'_>,
    passphrase: Option<&Passphrase>,
    now: Timestamp,
    out: impl Write,
    tell: &dyn Fn(String),
) -> Result<Created, Error> {
    tell("copying the database".into());
    let mut snapshot = Snapshot::take(source.url)?;
    let schema = snapshot.frozen.schema()?;
    if schema > known_schema()? {
        return Err(Error::LaterDatabase);
    }
    let folders: Vec<Folder> = snapshot.frozen.storages()?.iter().filter_map(Folder::of).collect();
    let manifest = Manifest::new(schema, snapshot.kind, now, folders);
    let mut archive = ArchiveWriter::new(BufWriter::new(out), passphrase, now).map_err(Error::Unwritable)?;
    let text = serde_json::to_vec_pretty(&manifest).map_err(|error| Error::Unwritable(error.into()))?;
    add_bytes(&mut archive, &Part::Manifest, &text)?;
    let mut created = Created::default();
    if let Some(path) = source.secret.filter(|path| path.exists()) {
        // In the clear it would open what is sealed in the database.
        created.leaves_secret = passphrase.is_none();
        if passphrase.is_some() {
            add_bytes(&mut archive, &Part::Secret, &fs::read(path).map_err(Error::at(path))?)?;
        }
    }
    add_files(&mut archive, &mut snapshot, &manifest, source.files, &mut created, tell)?;
    tell("writing the database".into());
    let length = snapshot.copy.metadata().map_err(Error::Unwritable)?.len();
    io::Seek::rewind(&mut snapshot.copy).map_err(Error::Unwritable)?;
    archive.add(&Part::Database, length, &snapshot.copy).map_err(Error::Unwritable)?;
    archive.finish().and_then(|mut out| out.flush()).map_err(Error::Unwritable)?;
    Ok(created)
}

fn add_bytes(archive: &mut ArchiveWriter<impl Write>, part: &Part, bytes: &[u8]) -> Result<(), Error> {
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    archive.add(part, length, Cursor::new(bytes)).map_err(Error::Unwritable)
}

fn add_files(
    archive: &mut ArchiveWriter<impl Write>,
    snapshot: &mut Snapshot,
    manifest: &Manifest,
    beside: &Path,
    created: &mut Created,
    tell: &dyn Fn(String),
) -> Result<(), Error> {
    let mut after = 0.into();
    loop {
        let files = snapshot.frozen.files(after, FILES_AT_ONCE)?;
        let Some(last) = files.last() else { return Ok(()) };
        after = last.id;
        for file in &files {
            add_file(archive, file, manifest, beside, created)?;
        }
        tell(format!("{} files", created.files));
    }
}

fn add_file(
    archive: &mut ArchiveWriter<impl Write>,
    file: &FrozenFile,
    manifest: &Manifest,
    beside: &Path,
    created: &mut Created,
) -> Result<(), Error> {
    let Some(folder) = manifest.folders.iter().find(|folder| folder.is_of(file.storage)) else {
        created.elsewhere += u64::from(file.is_named);
        return Ok(());
    };
    let place = local_place(&folder.path(beside), &file.key);
    let content = match File::open(&place) {
        Ok(content) => content,
        // It is arriving or going; one that is named should be there.
        Err(error) if error.kind() == ErrorKind::NotFound => {
            if file.is_named {
                created.missing += 1;
                log::warn!("file {} is not in its folder: {}", file.id, place.display());
            }
            return Ok(());
        }
        Err(error) => return Err(Error::at(&place)(error)),
    };
    let length = content.metadata().map_err(Error::at(&place))?.len();
    let part = Part::File { storage: file.storage, key: file.key.clone() };
    archive.add(&part, length, content).map_err(Error::Unwritable)?;
    created.files += 1;
    Ok(())
}
