use super::{FilesFault, StorageId};
use crate::value::{Entity, FaultCode as _, Field, Refusal, text_enum};

text_enum! {
    /// How files are stored.
    StorageDriver {
        /// In a folder of the server, or one that all servers share.
        Local = "local",
        /// In a bucket of a service that speaks S3.
        S3 = "s3",
    }
}

/// Where a storage is, and how it is reached; what its driver does not need is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase", default))]
pub struct StorageOptions {
    /// Local: the folder; none for the one beside the database.
    pub root: Option<String>,
    /// S3: the address of the service.
    pub endpoint: Option<String>,
    /// S3: the region.
    pub region: Option<String>,
    /// S3: the bucket.
    pub bucket: Option<String>,
    /// S3: who calls.
    pub access_key: Option<String>,
    /// S3: the secret of whoever calls, sealed.
    pub secret_key: Option<String>,
}

impl StorageOptions {
    /// A secret that is stored is not sent to another place than the one that it was given for.
    ///
    /// # Errors
    /// [`Refusal::Unprocessable`] where the place changes and the secret stays.
    pub fn check_change(&self, after: &Self) -> Result<(), Refusal> {
        let moves = self.endpoint != after.endpoint;
        let stays = self.secret_key.is_some() && self.secret_key == after.secret_key;
        if moves && stays {
            return Err(FilesFault::StorageSecretRequired.at(Field::Options.entry("secretKey")).unprocessable());
        }
        Ok(())
    }
}

/// Where files are stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileStorage {
    /// What it is called in the installation. Fixed.
    pub name: String,
    /// The name that users are shown.
    pub caption: String,
    /// How it stores. Fixed.
    pub driver: StorageDriver,
    /// Whether new files go there.
    pub is_enabled: bool,
    /// Where it is.
    pub options: StorageOptions,
}

impl Entity for FileStorage {
    type Id = StorageId;
    const RESOURCE: &'static str = "file_storage";
}

impl FileStorage {
    /// A storage is disabled while another one takes new files.
    ///
    /// # Errors
    /// [`Refusal::Conflict`].
    pub fn check_change(&self, after: &Self, others_enabled: bool) -> Result<(), Refusal> {
        self.options.check_change(&after.options)?;
        if self.is_enabled && !after.is_enabled && !others_enabled {
            return Err(FilesFault::LastStorage.at(Field::IsEnabled).conflict());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn s3(endpoint: &str, secret: &str) -> FileStorage {
        FileStorage {
            name: "s3".into(),
            caption: "S3".into(),
            driver: StorageDriver::S3,
            is_enabled: true,
            options: StorageOptions {
                endpoint: Some(endpoint.into()),
                secret_key: Some(secret.into()),
                ..StorageOptions::default()
            },
        }
    }

    #[test]
    fn a_stored_secret_is_sent_nowhere_else() {
        let before = s3("https://one", "sealed");
        assert!(before.check_change(&s3("https://two", "sealed"), true).is_err());
        assert!(before.check_change(&s3("https://two", "another"), true).is_ok());
        assert!(before.check_change(&before, true).is_ok());
    }

    #[test]
    fn one_storage_takes_new_files() {
        let before = s3("https://one", "sealed");
        let disabled = FileStorage { is_enabled: false, ..before.clone() };
        assert!(matches!(before.check_change(&disabled, false), Err(Refusal::Conflict(_))));
        assert!(before.check_change(&disabled, true).is_ok());
    }
}
