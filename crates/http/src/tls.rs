//! TLS of the server's own listener: a certificate and its key, read from files, and read again when they have changed.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use openssl::asn1::Asn1Time;
use openssl::error::ErrorStack;
use openssl::x509::X509;
use prometheus::IntGauge;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{InconsistentKeys, ServerConfig};
use tokio_rustls::server::TlsStream;

use crate::patience::Patient;

/// How long a caller may take to shake hands.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(5);
/// The largest file that is read.
const MAX_FILE_BYTES: u64 = 1024 * 1024;
/// What is spoken over TLS.
const HTTP_1_1: &[u8] = b"http/1.1";
const DAY_S: i64 = 24 * 60 * 60;

/// The files of a certificate. Both may be one.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    /// The certificate and those that it is signed by, in PEM, the server's own first.
    pub certificates: PathBuf,
    /// Its key, in PEM.
    pub key: PathBuf,
}

/// Why a certificate cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("{}: {error}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A file is too large to be one of these.
    #[error("{}: is larger than {MAX_FILE_BYTES} bytes", .0.display())]
    TooLarge(PathBuf),
    /// There is no certificate in the file.
    #[error("{}: has no certificate in PEM", .0.display())]
    NoCertificate(PathBuf),
    /// There is no key in the file.
    #[error("{}: has no private key in PEM, or one that is encrypted", .0.display())]
    NoKey(PathBuf),
    /// Both are there and do not go together.
    #[error("{}: is not the key of the certificate in {}", key.display(), certificates.display())]
    Mismatch {
        /// The file of the key.
        key: PathBuf,
        /// The file of the certificate.
        certificates: PathBuf,
    },
    /// What is there cannot be used.
    #[error("{}: cannot be used: {reason}", path.display())]
    Unusable {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

/// A certificate as it is served, which can be replaced meanwhile. Connections that are open keep the one before.
pub struct Tls {
    files: TlsFiles,
    served: Arc<Served>,
    acceptor: TlsAcceptor,
    /// When the certificate ends, in seconds since 1970.
    pub(crate) ends_at: IntGauge,
}

/// What new callers are shown.
#[derive(Debug)]
struct Served(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Served {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn load(files: TlsFiles) -> Result<Self, TlsError> {
        let (certified, ends_at_s) = read(&files)?;
        let unusable = |error: String| TlsError::Unusable { path: files.certificates.clone(), reason: error };
        let served = Arc::new(Served(RwLock::new(Arc::new(certified))));
        let provider = Arc::new(ring::default_provider());
        let builder = ServerConfig::builder_with_provider(provider);
        let builder = builder.with_safe_default_protocol_versions().map_err(|error| unusable(error.to_string()))?;
        let resolver: Arc<dyn ResolvesServerCert> = Arc::<Served>::clone(&served);
        let mut config = builder.with_no_client_auth().with_cert_resolver(resolver);
        config.alpn_protocols = vec![HTTP_1_1.to_vec()];
        // Callers who come again need no whole handshake, and the server keeps nothing of them.
        config.ticketer = ring::Ticketer::new().map_err(|error| unusable(error.to_string()))?;
        let ends_at = IntGauge::new(
            "backoffice_tls_certificate_expiry_timestamp_seconds",
            "When the certificate ends that new connections are shown, in seconds since 1970.",
        );
        let ends_at = ends_at.map_err(|error| unusable(error.to_string()))?;
        ends_at.set(ends_at_s);
        Ok(Self { files, served, acceptor: TlsAcceptor::from(Arc::new(config)), ends_at })
    }

    /// Reads the files again, for connections from now on.
    ///
    /// # Errors
    /// What is wrong with them; then all stays as it was.
    pub fn reload(&self) -> Result<(), TlsError> {
        let (certified, ends_at_s) = read(&self.files)?;
        *self.served.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(certified);
        self.ends_at.set(ends_at_s);
        Ok(())
    }

    /// Shakes hands with a caller.
    ///
    /// # Errors
    /// They do not speak TLS, or not in time.
    pub(crate) async fn shake_hands(&self, stream: Patient) -> io::Result<TlsStream<Patient>> {
        let late = |_| io::Error::new(io::ErrorKind::TimedOut, "no handshake in time");
        tokio::time::timeout(HANDSHAKE_TIMEOUT, self.acceptor.accept(stream)).await.map_err(late)?
    }
}

/// What the files hold, and when the certificate ends.
fn read(files: &TlsFiles) -> Result<(CertifiedKey, i64), TlsError> {
    let TlsFiles { certificates, key } = files;
    let unusable = |path: &Path, reason: String| TlsError::Unusable { path: path.to_owned(), reason };
    let text = text_of(certificates)?;
    let chain: Result<Vec<CertificateDer<'static>>, _> = CertificateDer::pem_slice_iter(&text).collect();
    let chain = chain.map_err(|error| unusable(certificates, error.to_string()))?;
    let own = chain.first().ok_or_else(|| TlsError::NoCertificate(certificates.clone()))?;
    let ends_at_s = end_of(own).map_err(|error| unusable(certificates, error.to_string()))?;
    let text = text_of(key)?;
    let private_key = PrivateKeyDer::from_pem_slice(&text).map_err(|_| TlsError::NoKey(key.clone()))?;
    let certified = CertifiedKey::from_der(chain, private_key, &ring::default_provider());
    let certified = certified.map_err(|error| match error {
        rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
            TlsError::Mismatch { key: key.clone(), certificates: certificates.clone() }
        }
        rustls::Error::InvalidCertificate(_) => unusable(certificates, error.to_string()),
        error => unusable(key, error.to_string()),
    })?;
    Ok((certified, ends_at_s))
}

fn text_of(path: &Path) -> Result<Vec<u8>, TlsError> {
    let unreadable = |error| TlsError::Unreadable { path: path.to_owned(), error };
    let mut text = Vec::new();
    let mut file = File::open(path).map_err(unreadable)?.take(MAX_FILE_BYTES + 1);
    let length = file.read_to_end(&mut text).map_err(unreadable)?;
    if u64::try_from(length).unwrap_or(u64::MAX) > MAX_FILE_BYTES {
        return Err(TlsError::TooLarge(path.to_owned()));
    }
    Ok(text)
}

/// When a certificate ends, in seconds since 1970.
fn end_of(certificate: &CertificateDer<'_>) -> Result<i64, ErrorStack> {
    let end = X509::from_der(certificate)?;
    let since = Asn1Time::from_unix(0)?.diff(end.not_after())?;
    Ok(i64::from(since.days) * DAY_S + i64::from(since.secs))
}
