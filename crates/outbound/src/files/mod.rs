//! Where the bytes of files are: in a folder, or in a bucket of a service that speaks S3.

mod content;
mod local;
mod measured;
mod photo;
mod s3;
mod setting;

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use domain::files::{FileKey, FileStorage, StorageDriver, StorageOptions};

use crate::metrics::OutboundMetrics;
use crate::options::opened;
use crate::secrets::SecretKey;

pub use content::{HEAD_BYTES, content_of};
pub use local::local_place;
pub use photo::{PhotoError, reduced, scaled_to};
pub use setting::{InvalidStorageSetting, StorageKeys, StorageSetting, ensure};

use local::LocalStore;
use measured::MeasuredStore;
use s3::S3Store;

/// A place for the bytes of files. It is asked on threads that may block.
pub trait FileStore: Send + Sync {
    /// Begins to write a file.
    ///
    /// # Errors
    /// Those of the place.
    fn create(&self, key: &FileKey) -> io::Result<Box<dyn FileWriter>>;

    /// Reads a file from this byte on.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] where there is none, and those of the place.
    fn open(&self, key: &FileKey, from: u64) -> io::Result<Box<dyn Read + Send>>;

    /// Deletes a file, whether it is there or not.
    ///
    /// # Errors
    /// Those of the place.
    fn delete(&self, key: &FileKey) -> io::Result<()>;

    /// Whether files can be stored there. It changes nothing.
    ///
    /// # Errors
    /// Why not, without a secret in it.
    fn check(&self) -> Result<(), String>;
}

/// A file that is being written.
pub trait FileWriter: Write + Send {
    /// The file is whole: once this returns, it is there after a crash, too.
    ///
    /// # Errors
    /// Those of the place.
    fn finish(self: Box<Self>) -> io::Result<()>;
}

/// Opens a storage. `beside` is the folder that local files are in unless the storage names one. Calls to a storage outside
/// are counted.
///
/// # Errors
/// Why its settings cannot be right, without a secret in it.
pub fn open(
    storage: &FileStorage,
    secret: &SecretKey,
    beside: &Path,
    metrics: &OutboundMetrics,
) -> Result<Box<dyn FileStore>, String> {
    let options = &storage.options;
    match storage.driver {
        StorageDriver::Local => {
            let root = options.root.as_ref().map_or_else(|| beside.to_owned(), PathBuf::from);
            // Another one would be elsewhere when the server is started elsewhere.
            if options.root.is_some() && !root.is_absolute() {
                return Err(format!("{} is not an absolute path", root.display()));
            }
            Ok(Box::new(LocalStore { root }))
        }
        StorageDriver::S3 => {
            let store = Box::new(S3Store::new(&with_secret(options, secret)?)?);
            Ok(Box::new(MeasuredStore { store, metrics: metrics.clone() }))
        }
    }
}

/// The options with their secret as it was given.
fn with_secret(options: &StorageOptions, secret: &SecretKey) -> Result<StorageOptions, String> {
    let secret_key = match &options.secret_key {
        Some(sealed) => {
            let opened = opened(secret, sealed);
            Some(opened.ok_or("its secret key does not open with the secret of this installation")?)
        }
        None => None,
    };
    Ok(StorageOptions { secret_key, ..options.clone() })
}
