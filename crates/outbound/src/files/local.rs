use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};

use domain::files::FileKey;

use super::{FileStore, FileWriter};

/// Files in a folder of this machine, or one that all servers share.
pub(super) struct LocalStore {
    pub root: PathBuf,
}

impl LocalStore {
    fn place(&self, key: &FileKey) -> PathBuf {
        local_place(&self.root, key)
    }
}

/// Where a local storage with this folder has a file. There is a folder for each two digits, so that none gets too large. A
/// key has no other letters than digits.
#[must_use]
pub fn local_place(root: &Path, key: &FileKey) -> PathBuf {
    let folder: String = key.as_str().chars().take(2).collect();
    root.join(folder).join(key.as_str())
}

/// Where a file is until it is whole.
fn partial(place: &Path) -> PathBuf {
    place.with_extension("part")
}

impl FileStore for LocalStore {
    fn create(&self, key: &FileKey) -> io::Result<Box<dyn FileWriter>> {
        let place = self.place(key);
        if let Some(folder) = place.parent().filter(|folder| !folder.exists()) {
            fs::create_dir_all(folder)?;
            // The new folder is there after a crash as well.
            File::open(&self.root)?.sync_all()?;
        }
        let file = OpenOptions::new().write(true).create_new(true).open(partial(&place))?;
        Ok(Box::new(LocalWriter { file, place }))
    }

    fn open(&self, key: &FileKey, from: u64) -> io::Result<Box<dyn Read + Send>> {
        let mut file = File::open(self.place(key))?;
        file.seek(SeekFrom::Start(from))?;
        Ok(Box::new(file))
    }

    fn delete(&self, key: &FileKey) -> io::Result<()> {
        let place = self.place(key);
        for path in [partial(&place), place] {
            match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    fn check(&self) -> Result<(), String> {
        // The folder is made with the first file.
        let existing = self.root.ancestors().find(|folder| folder.exists());
        let folder = existing.filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        let metadata = fs::metadata(folder).map_err(|error| error.to_string())?;
        if !metadata.is_dir() {
            return Err(format!("{} is not a folder", folder.display()));
        }
        if metadata.permissions().readonly() {
            return Err(format!("{} cannot be written to", folder.display()));
        }
        // An unnamed temporary file: it is gone once it is closed.
        tempfile::tempfile_in(folder).map(drop).map_err(|error| format!("{}: {error}", folder.display()))
    }
}

struct LocalWriter {
    file: File,
    place: PathBuf,
}

impl Write for LocalWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl FileWriter for LocalWriter {
    fn finish(self: Box<Self>) -> io::Result<()> {
        self.file.sync_all()?;
        fs::rename(partial(&self.place), &self.place)?;
        // The new name is there after a crash as well.
        match self.place.parent() {
            Some(folder) => File::open(folder)?.sync_all(),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(store: &LocalStore, key: &FileKey, from: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        store.open(key, from)?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    #[test]
    fn a_file_is_there_once_it_is_whole_and_until_it_is_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let store = LocalStore { root: folder.path().join("files") };
        let key = FileKey::of([7; 20]);
        store.check().unwrap();
        assert!(!store.root.exists(), "a check changes nothing");
        let mut writer = store.create(&key).unwrap();
        writer.write_all(b"hello").unwrap();
        assert_eq!(read(&store, &key, 0).unwrap_err().kind(), io::ErrorKind::NotFound);
        writer.finish().unwrap();
        assert_eq!(read(&store, &key, 0).unwrap(), b"hello");
        assert_eq!(read(&store, &key, 3).unwrap(), b"lo");
        for _ in 0..2 {
            store.delete(&key).unwrap();
        }
        assert!(read(&store, &key, 0).is_err());
    }

    #[test]
    fn what_was_broken_off_is_deleted_as_well() {
        let folder = tempfile::tempdir().unwrap();
        let store = LocalStore { root: folder.path().to_owned() };
        let key = FileKey::of([8; 20]);
        drop(store.create(&key).unwrap());
        store.delete(&key).unwrap();
        let left = fs::read_dir(folder.path().join("08")).unwrap().count();
        assert_eq!(left, 0);
    }

    #[test]
    fn a_place_that_is_no_folder_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "x").unwrap();
        assert!(LocalStore { root: file }.check().is_err());
    }
}
