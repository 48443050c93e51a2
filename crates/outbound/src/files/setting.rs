use std::collections::HashMap;

use domain::files::{FileStorage, StorageDriver, StorageOptions};
use storage::files::storages;
use storage::{Database, Error};
use url::Url;

use crate::options::sealed;
use crate::secrets::SecretKey;

/// The storage that an installation is set up with: `local`, `local:PATH`, or `s3://BUCKET?endpoint=…&region=…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StorageSetting {
    /// A folder; none for the one beside the database.
    Local(Option<String>),
    /// A bucket.
    S3 {
        /// Its name.
        bucket: String,
        /// The address of the service.
        endpoint: String,
        /// Its region.
        region: String,
    },
}

/// A text that names no storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is neither local:PATH nor s3://BUCKET?endpoint=…&region=…")]
pub struct InvalidStorageSetting;

impl std::str::FromStr for StorageSetting {
    type Err = InvalidStorageSetting;

    fn from_str(text: &str) -> Result<Self, InvalidStorageSetting> {
        if text == "local" {
            return Ok(Self::Local(None));
        }
        if let Some(path) = text.strip_prefix("local:") {
            let path = std::path::absolute(path).map_err(|_| InvalidStorageSetting)?;
            return Ok(Self::Local(Some(path.display().to_string())));
        }
        let url: Url = text.parse().map_err(|_| InvalidStorageSetting)?;
        let bucket = url.host_str().filter(|_| url.scheme() == "s3").ok_or(InvalidStorageSetting)?.to_owned();
        let mut given: HashMap<String, String> = url.query_pairs().into_owned().collect();
        let mut take = |name: &str| given.remove(name).ok_or(InvalidStorageSetting);
        let (endpoint, region) = (take("endpoint")?, take("region")?);
        Ok(Self::S3 { bucket, endpoint, region })
    }
}

/// The keys of an S3 storage.
#[derive(Clone)]
pub struct StorageKeys {
    /// Who calls.
    pub access_key: String,
    /// Their secret.
    pub secret_key: String,
}

/// Makes the storage that the installation is set up with, unless one of its kind is there: what is changed since stays.
///
/// # Errors
/// Those of the database.
pub fn ensure(
    database: &Database,
    secret: &SecretKey,
    setting: &StorageSetting,
    keys: Option<&StorageKeys>,
) -> Result<(), Error> {
    let storage = storage_of(secret, setting, keys)?;
    let name = storage.name.clone();
    if database.write(move |tx| storages::ensure(tx, &storage))? {
        log::info!("the storage {name} was made");
    }
    Ok(())
}

fn storage_of(secret: &SecretKey, setting: &StorageSetting, keys: Option<&StorageKeys>) -> Result<FileStorage, Error> {
    let (driver, caption, options) = match setting {
        StorageSetting::Local(root) => {
            (StorageDriver::Local, "Local disk", StorageOptions { root: root.clone(), ..StorageOptions::default() })
        }
        StorageSetting::S3 { bucket, endpoint, region } => {
            let options = StorageOptions {
                root: None,
                endpoint: Some(endpoint.clone()),
                region: Some(region.clone()),
                bucket: Some(bucket.clone()),
                access_key: keys.map(|keys| keys.access_key.clone()),
                secret_key: keys.map(|keys| sealed(secret, &keys.secret_key)).transpose()?,
            };
            (StorageDriver::S3, "S3", options)
        }
    };
    Ok(FileStorage { name: driver.to_string(), caption: caption.to_owned(), driver, is_enabled: true, options })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_storage_is_named_by_a_text() {
        assert_eq!("local".parse(), Ok(StorageSetting::Local(None)));
        assert_eq!("local:/srv/files".parse(), Ok(StorageSetting::Local(Some("/srv/files".into()))));
        let s3 = StorageSetting::S3 {
            bucket: "broker-files".into(),
            endpoint: "https://s3.example.com".into(),
            region: "eu-1".into(),
        };
        assert_eq!("s3://broker-files?endpoint=https://s3.example.com&region=eu-1".parse(), Ok(s3));
        for text in ["", "local:", "s3://bucket", "s3://bucket?region=x", "https://bucket", "/srv/files"] {
            assert_eq!(text.parse::<StorageSetting>(), Err(InvalidStorageSetting), "{text}");
        }
    }
}
