//! `backup` and `restore`.

use std::fs::File;
use std::io::{self, IsTerminal as _, Write};
use std::path::Path;

use backup::{Created, Passphrase, Restored, Source, Target};

use storage::DatabaseUrl;

use super::shared::{database_url, now, progress};
use crate::arguments::{Backup, Restore, Sealing, Shared};
use crate::fault::Fault;
use crate::files::{Claim, files_beside};
use crate::secret;

/// Where the passphrase of a backup comes from, unless a file has it.
const PASSPHRASE_VARIABLE: &str = "BACKOFFICE_BACKUP_PASSPHRASE";

pub(super) fn backup(shared: &Shared, Backup { file, sealing }: &Backup) -> Result<(), Fault> {
    let url = server_itself(shared)?;
    let passphrase = passphrase(sealing)?;
    let (files, secret) = (files_beside(&url), secret::file(shared.secret.as_deref(), &url));
    let source = Source { url: &url, files: &files, secret: secret.as_deref() };
    let bar = progress("backing up");
    let tell = |step: String| bar.set_message(step);
    let (created, mut out): (_, Box<dyn Write>) = if is_standard(file) {
        if io::stdout().is_terminal() {
            return Err(Fault::Usage("a backup is not for the terminal: redirect the output, or name a file".into()));
        }
        let created = ::backup::create(&source, passphrase.as_ref(), now(), io::stdout().lock(), &tell);
        (created, Box::new(io::stderr()))
    } else {
        (::backup::create_file(&source, passphrase.as_ref(), now(), file, &tell), Box::new(io::stdout()))
    };
    bar.finish_and_clear();
    let Created { files, missing, elsewhere, leaves_secret } = created?;
    let how = if passphrase.is_some() { "encrypted" } else { "not encrypted" };
    writeln!(out, "The database and {files} files were backed up, {how}.")?;
    if elsewhere > 0 {
        writeln!(out, "{elsewhere} files are in S3 storages, and not in the backup.")?;
    }
    if missing > 0 {
        writeln!(out, "{missing} files that records name are not in their folder; the log names them.")?;
    }
    match &secret {
        Some(path) if leaves_secret => {
            let path = path.display();
            writeln!(out, "The secret in {path} is not in it, since it is not encrypted: keep a copy of it apart.")?;
        }
        None => writeln!(out, "The secret of the settings is not in it: keep a copy of it apart.")?,
        Some(_) => {}
    }
    Ok(())
}

pub(super) fn restore(shared: &Shared, restore: &Restore) -> Result<(), Fault> {
    let url = server_itself(shared)?;
    let passphrase = passphrase(&restore.sealing)?;
    let mut archive = archive(&restore.file)?;
    let mut claim = Claim::of_server(&url)?;
    let (files, secret) = (files_beside(&url), secret::file(shared.secret.as_deref(), &url));
    let files_instead = restore.files.as_deref().map(std::path::absolute).transpose()?;
    let target = Target {
        url: &url,
        files: &files,
        files_instead: files_instead.as_deref(),
        secret: secret.as_deref(),
        holds_jobs: restore.hold_jobs,
    };
    let bar = progress("restoring");
    let tell = |step: &'static str| bar.set_message(step);
    let restored = ::backup::restore(&mut archive, passphrase.as_ref(), &target, now(), &tell);
    bar.finish_and_clear();
    let Restored { manifest, files, held_jobs, has_secret } = restored?;
    claim.keep();
    println!("The backup of {} was restored: the database and {files} files.", manifest.taken_at);
    if restore.hold_jobs {
        println!("Jobs held: {held_jobs}. `backoffice queue list --dead` shows them.");
    }
    match &secret {
        Some(path) if !path.exists() => {
            let path = path.display();
            println!("The backup has no secret: copy that of the installation to {path} before the server starts.");
        }
        None if has_secret => println!("The secret in the backup was left out, since the settings have one."),
        Some(_) | None => {}
    }
    Ok(())
}

/// A snapshot that others read, too, and the mark of a restore need a connection that stays.
fn server_itself(shared: &Shared) -> Result<DatabaseUrl, Fault> {
    let url = database_url(shared)?;
    if url.is_pooled() {
        return Err(Fault::Usage("DATABASE_URL: backups need the server itself, not a pooler".into()));
    }
    Ok(url)
}

fn is_standard(file: &Path) -> bool {
    file == Path::new("-")
}

/// The backup. It is read twice, so standard input is kept in an unnamed temporary file, as it comes.
fn archive(file: &Path) -> Result<File, Fault> {
    if is_standard(file) {
        let mut kept = tempfile::tempfile()?;
        io::copy(&mut io::stdin().lock(), &mut kept)?;
        io::Seek::rewind(&mut kept)?;
        return Ok(kept);
    }
    File::open(file).map_err(|error| Fault::Failure(format!("{}: {error}", file.display())))
}

fn passphrase(sealing: &Sealing) -> Result<Option<Passphrase>, Fault> {
    let given = std::env::var(PASSPHRASE_VARIABLE).ok();
    let (name, text) = match (given, &sealing.passphrase_file) {
        (Some(_), Some(_)) => {
            return Err(Fault::Usage(format!("give a passphrase by {PASSPHRASE_VARIABLE} or by a file, not by both")));
        }
        (Some(text), None) => (PASSPHRASE_VARIABLE.to_owned(), text),
        (None, Some(path)) => {
            let name = path.display().to_string();
            let text = std::fs::read_to_string(path).map_err(|error| Fault::Usage(format!("{name}: {error}")))?;
            (name, text)
        }
        (None, None) => return Ok(None),
    };
    let passphrase = Passphrase::new(&text).ok_or_else(|| Fault::Usage(format!("{name}: the passphrase is empty")))?;
    Ok(Some(passphrase))
}
