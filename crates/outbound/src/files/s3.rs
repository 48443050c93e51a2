use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom, Write};
use std::sync::LazyLock;
use std::time::Duration;

use domain::files::{FileKey, StorageOptions};
use rusty_s3::{Bucket, Credentials, S3Action, UrlStyle};
use ureq::Agent;
use url::Url;

use super::{FileStore, FileWriter};

/// How long a signed call can be sent.
const SIGNED_FOR: Duration = Duration::from_mins(5);
/// How long the service may take to accept a connection, and to begin its answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a file may take to be sent: its caller gives up after a minute.
const SEND_TIMEOUT: Duration = Duration::from_secs(50);
/// How long a file may take to be read, by somebody who reads it slowly.
const READ_TIMEOUT: Duration = Duration::from_mins(10);

/// Files in a bucket of a service that speaks S3.
#[derive(Clone)]
pub(super) struct S3Store {
    bucket: Bucket,
    credentials: Credentials,
}

impl S3Store {
    /// # Errors
    /// What is missing in the settings, or cannot be right.
    pub fn new(options: &StorageOptions) -> Result<Self, String> {
        let needed = |name: &str, value: &Option<String>| {
            value.clone().filter(|value| !value.is_empty()).ok_or_else(|| format!("{name} is missing"))
        };
        let endpoint = needed("endpoint", &options.endpoint)?;
        let endpoint: Url = endpoint.parse().map_err(|error| format!("endpoint: {error}"))?;
        if !endpoint.username().is_empty() || endpoint.password().is_some() {
            return Err("endpoint: its keys have fields of their own".to_owned());
        }
        let (bucket, region) = (needed("bucket", &options.bucket)?, needed("region", &options.region)?);
        let credentials =
            Credentials::new(needed("accessKey", &options.access_key)?, needed("secretKey", &options.secret_key)?);
        // Services other than Amazon's often have no host for each bucket.
        let bucket = Bucket::new(endpoint, UrlStyle::Path, bucket, region).map_err(|error| error.to_string())?;
        Ok(Self { bucket, credentials })
    }
}

/// One for all, so that connections are used again.
static AGENT: LazyLock<Agent> = LazyLock::new(|| {
    let tls = ureq::tls::TlsConfig::builder().provider(ureq::tls::TlsProvider::NativeTls).build();
    Agent::config_builder()
        .tls_config(tls)
        .timeout_resolve(Some(ANSWER_TIMEOUT))
        .timeout_connect(Some(ANSWER_TIMEOUT))
        .timeout_send_body(Some(SEND_TIMEOUT))
        .timeout_recv_response(Some(ANSWER_TIMEOUT))
        .timeout_recv_body(Some(READ_TIMEOUT))
        .http_status_as_error(false)
        .max_redirects(0)
        .build()
        .into()
});

/// What the service answered, where that is no success. Its address holds a signature, and is not told.
fn answered(status: u16) -> io::Error {
    let kind = if status == 404 { io::ErrorKind::NotFound } else { io::ErrorKind::Other };
    io::Error::new(kind, format!("the storage answered with the status {status}"))
}

fn unanswered(error: ureq::Error) -> io::Error {
    let told = match error {
        ureq::Error::Timeout(_) => "the storage did not answer in time".to_owned(),
        ureq::Error::HostNotFound => "the host of the storage is not known".to_owned(),
        ureq::Error::ConnectionFailed => "the storage cannot be connected to".to_owned(),
        ureq::Error::Io(error) => return error,
        _ => "the storage cannot be asked".to_owned(),
    };
    io::Error::other(told)
}

impl FileStore for S3Store {
    fn create(&self, key: &FileKey) -> io::Result<Box<dyn FileWriter>> {
        // The service wants to know the length first; nothing is held in memory until then.
        Ok(Box::new(S3Writer { spool: tempfile::tempfile()?, key: key.clone(), store: self.clone() }))
    }

    fn open(&self, key: &FileKey, from: u64) -> io::Result<Box<dyn Read + Send>> {
        let url = self.bucket.get_object(Some(&self.credentials), key.as_str()).sign(SIGNED_FOR);
        let mut request = AGENT.get(url.as_str());
        if from > 0 {
            request = request.header("Range", format!("bytes={from}-"));
        }
        let response = request.call().map_err(unanswered)?;
        match response.status().as_u16() {
            // A service that knows no ranges answers the whole file.
            206 => Ok(Box::new(response.into_body().into_reader())),
            200 if from == 0 => Ok(Box::new(response.into_body().into_reader())),
            status => Err(answered(status)),
        }
    }

    fn delete(&self, key: &FileKey) -> io::Result<()> {
        let url = self.bucket.delete_object(Some(&self.credentials), key.as_str()).sign(SIGNED_FOR);
        let response = AGENT.delete(url.as_str()).call().map_err(unanswered)?;
        match response.status().as_u16() {
            200 | 204 | 404 => Ok(()),
            status => Err(answered(status)),
        }
    }

    fn check(&self) -> Result<(), String> {
        let url = self.bucket.head_bucket(Some(&self.credentials)).sign(SIGNED_FOR);
        let response = AGENT.head(url.as_str()).call().map_err(|error| unanswered(error).to_string())?;
        match response.status().as_u16() {
            200 => Ok(()),
            403 => Err("the storage refuses the keys".to_owned()),
            404 => Err("there is no such bucket".to_owned()),
            status => Err(answered(status).to_string()),
        }
    }
}

/// A file that is sent once it is whole.
struct S3Writer {
    spool: File,
    key: FileKey,
    store: S3Store,
}

impl Write for S3Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.spool.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.spool.flush()
    }
}

impl FileWriter for S3Writer {
    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.spool.seek(SeekFrom::Start(0))?;
        let S3Store { bucket, credentials } = &self.store;
        let url = bucket.put_object(Some(credentials), self.key.as_str()).sign(SIGNED_FOR);
        let response = AGENT.put(url.as_str()).send(&self.spool).map_err(unanswered)?;
        match response.status().as_u16() {
            200 => Ok(()),
            status => Err(answered(status)),
        }
    }
}
