//! The folders that files are restored to.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use domain::files::{FileKey, StorageId};
use outbound::files::local_place;

use crate::error::Error;
use crate::manifest::Folder;

/// The folders of a restore. What it has made there goes with it, unless it is kept.
pub(crate) struct Folders {
    roots: Vec<(Folder, PathBuf)>,
    made: BTreeSet<PathBuf>,
}

impl Folders {
    /// Looks at the folders, which must be empty or missing. Nothing is made yet.
    ///
    /// # Errors
    /// [`Error::NotEmpty`], and [`Error::RelativeFolder`] of one that would be elsewhere for a server.
    pub fn look_at(folders: &[Folder], beside: &Path, instead: Option<&Path>) -> Result<Self, Error> {
        let mut roots = Vec::new();
        for folder in folders {
            let root = instead.map_or_else(|| folder.path(beside), Path::to_owned);
            if folder.root.is_some() && !root.is_absolute() {
                return Err(Error::RelativeFolder(root));
            }
            let is_empty = match fs::read_dir(&root) {
                Ok(mut entries) => entries.next().is_none(),
                Err(error) if error.kind() == ErrorKind::NotFound => true,
                Err(error) => return Err(Error::at(&root)(error)),
            };
            if !is_empty {
                return Err(Error::NotEmpty(format!("the folder {}", root.display())));
            }
            roots.push((folder.clone(), root));
        }
        Ok(Self { roots, made: BTreeSet::new() })
    }

    /// Writes a file to its place.
    pub fn write(&mut self, storage: StorageId, key: &FileKey, content: &mut dyn Read) -> Result<(), Error> {
        let root = self.roots.iter().find(|(folder, _)| folder.is_of(storage)).map(|(_, root)| root.clone());
        let root = root.ok_or_else(|| Error::Damaged(format!("its manifest has no storage {storage}")))?;
        let place = local_place(&root, key);
        let folder = place.parent().unwrap_or(&root);
        for missing in [root.as_path(), folder] {
            if !missing.exists() {
                fs::create_dir_all(missing).map_err(Error::at(missing))?;
                self.made.insert(missing.to_owned());
            }
        }
        write_new(&place, content)
    }

    /// The files are there after a crash, too.
    pub fn sync(&self) -> Result<(), Error> {
        let parents = self.made.iter().filter_map(|folder| folder.parent());
        let all: BTreeSet<&Path> = self.made.iter().map(PathBuf::as_path).chain(parents).collect();
        all.into_iter().try_for_each(sync_folder)
    }

    /// What was made stays: a database that is whole names it.
    pub fn keep(mut self) {
        self.made.clear();
    }
}

impl Drop for Folders {
    fn drop(&mut self) {
        for folder in &self.made {
            drop(fs::remove_dir_all(folder));
        }
    }
}

/// Writes a file that is not there yet, for its owner alone.
pub(crate) fn write_new(path: &Path, content: &mut dyn Read) -> Result<(), Error> {
    let failed = Error::at(path);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(&failed)?;
    io::copy(content, &mut file).map_err(&failed)?;
    file.sync_all().map_err(failed)
}

/// What a folder lists is there after a crash, too.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), Error> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    File::open(folder).and_then(|opened| opened.sync_all()).map_err(Error::at(folder))
}
