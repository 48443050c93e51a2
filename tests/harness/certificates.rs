//! Certificates for servers of tests, and callers who check them.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use api::TlsFiles;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair, date_time_ymd,
};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{
    ALL_VERSIONS, ClientConfig, ClientConnection, RootCertStore, StreamOwned, SupportedProtocolVersion,
};

use super::{Answer, scratch, unique};

/// Signs certificates that its own callers believe.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

/// A connection with TLS.
pub type Secured = StreamOwned<ClientConnection, TcpStream>;

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name = named("an authority");
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key"));
        Self { issuer: issuer.expect("a certificate") }
    }

    /// A certificate for 127.0.0.1, until the end of this year, in files of its own.
    pub fn issue_until(&self, year: i32) -> TlsFiles {
        let files = in_scratch();
        self.issue_into(&files, year);
        files
    }

    pub fn issue(&self) -> TlsFiles {
        self.issue_until(2100)
    }

    /// Another one in the place of what the files hold.
    pub fn issue_into(&self, files: &TlsFiles, year: i32) {
        let mut params = CertificateParams::new(["127.0.0.1".to_owned()]).expect("a name");
        params.distinguished_name = named("127.0.0.1");
        params.not_after = date_time_ymd(year, 12, 31);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        write(&files.certificates, &format!("{}{}", certificate.pem(), self.issuer.pem()));
        write(&files.key, &key.serialize_pem());
    }

    /// What callers believe.
    pub fn der(&self) -> CertificateDer<'static> {
        self.issuer.der().clone()
    }

    /// Connects, and shakes hands in one of these versions.
    pub fn try_connect(
        &self,
        base: &str,
        versions: &[&'static SupportedProtocolVersion],
    ) -> Result<Secured, std::io::Error> {
        let mut roots = RootCertStore::empty();
        roots.add(self.der()).expect("a certificate");
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let builder = builder.with_protocol_versions(versions).expect("versions");
        let mut config = builder.with_root_certificates(roots).with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let name = ServerName::try_from("127.0.0.1").expect("a name");
        let connection = ClientConnection::new(Arc::new(config), name).expect("a connection");
        let stream = TcpStream::connect(base.trim_start_matches("https://"))?;
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        let mut secured = StreamOwned::new(connection, stream);
        while secured.conn.is_handshaking() {
            secured.conn.complete_io(&mut secured.sock)?;
        }
        Ok(secured)
    }

    #[track_caller]
    pub fn connect(&self, base: &str) -> Secured {
        self.try_connect(base, ALL_VERSIONS).expect("a connection")
    }
}

fn named(name: &str) -> DistinguishedName {
    let mut named = DistinguishedName::new();
    named.push(DnType::CommonName, name);
    named
}

/// Files that are not there yet.
fn in_scratch() -> TlsFiles {
    let number = unique();
    let file = |name: &str| scratch().join(format!("{name}-{number}.pem"));
    TlsFiles { certificates: file("certificate"), key: file("key") }
}

pub fn write(path: &Path, text: &str) {
    std::fs::write(path, text).expect("a file");
}

/// The certificate that a connection was shown.
pub fn shown(secured: &Secured) -> CertificateDer<'static> {
    secured.conn.peer_certificates().expect("certificates")[0].clone().into_owned()
}

/// Asks for a page on a connection that stays open.
#[track_caller]
pub fn ask(secured: &mut Secured, path: &str) -> Answer {
    write!(secured, "GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").expect("it is sent");
    let mut text = String::new();
    let mut byte = [0];
    while !text.ends_with("\r\n\r\n") {
        secured.read_exact(&mut byte).expect("a head");
        text.push(char::from(byte[0]));
    }
    let length = Answer::of_text(&text).header("content-length").map(|length| length.parse().expect("a length"));
    let mut body = vec![0; length.unwrap_or(0)];
    secured.read_exact(&mut body).expect("a body");
    Answer::of_text(&format!("{text}{}", String::from_utf8(body).expect("a text")))
}
