//! The certificate of a server, as an operator renews it.

use std::process::{Command, Stdio};
use std::time::Instant;

use api::TlsFiles;

use crate::harness::binary::{Server, command, run};
use crate::harness::certificates::{Authority, ask, shown, write};
use crate::harness::{scratch, unique};

/// The binary with a certificate.
fn secured(files: &TlsFiles) -> Command {
    let mut command = command(None);
    command.env("BACKOFFICE_TLS_CERT", &files.certificates).env("BACKOFFICE_TLS_KEY", &files.key);
    command
}

/// Waits until the log says this.
#[track_caller]
fn await_line(log: &std::path::Path, text: &str) {
    let begun = Instant::now();
    loop {
        let told = std::fs::read_to_string(log).unwrap();
        if told.contains(text) {
            return;
        }
        assert!(begun.elapsed().as_secs() < 20, "{told}");
        std::thread::yield_now();
    }
}

#[test]
fn sighup_has_a_server_read_its_certificate_again() {
    let authority = Authority::new();
    let files = authority.issue();
    let log = scratch().join(format!("log-{}", unique()));
    let file = std::fs::File::create(&log).unwrap();
    let server = Server::start_with(secured(&files).env("RUST_LOG", "info").stderr(Stdio::from(file)));
    let base = server.client.base.clone();
    assert!(base.starts_with("https://"), "{base}");
    let mut open = authority.connect(&base);
    let first = shown(&open);
    authority.issue_into(&files, 2101);
    server.signal("-HUP");
    await_line(&log, "new connections are shown the certificate as it is now");
    let second = shown(&authority.connect(&base));
    assert_ne!(second, first);
    ask(&mut open, "/healthz").expect(200);
    write(&files.key, "no key");
    server.signal("-HUP");
    await_line(&log, "the certificate stays the one before");
    assert_eq!(shown(&authority.connect(&base)), second);
    let told = std::fs::read_to_string(&log).unwrap();
    assert!(told.lines().any(|line| line.contains("ERROR") && line.contains("has no private key")), "{told}");
}

#[test]
fn sighup_ends_no_server_without_a_certificate() {
    let log = scratch().join(format!("log-{}", unique()));
    let file = std::fs::File::create(&log).unwrap();
    let mut server = Server::start_with(command(None).env("RUST_LOG", "info").stderr(Stdio::from(file)));
    server.signal("-HUP");
    await_line(&log, "there is no certificate to be read");
    server.client.get("/healthz").expect(200);
    assert!(server.child.try_wait().unwrap().is_none());
}

#[test]
fn a_certificate_that_cannot_be_served_is_one_line_and_exit_code_2() {
    let authority = Authority::new();
    let (files, other) = (authority.issue(), authority.issue());
    let missing = scratch().join("missing.pem");
    let pair = |certificates: &std::path::Path, key: &std::path::Path| {
        secured(&TlsFiles { certificates: certificates.to_owned(), key: key.to_owned() })
    };
    let mut alone = command(None);
    alone.env("BACKOFFICE_TLS_CERT", &files.certificates);
    for (mut command, reason) in [
        (pair(&files.certificates, &other.key), "is not the key of the certificate"),
        (pair(&missing, &files.key), "No such file"),
        (pair(&files.key, &files.key), "has no certificate"),
        (pair(&files.certificates, &files.certificates), "has no private key"),
        (alone, "--tls-key"),
    ] {
        let (code, _, errors) = run(command.args(["serve", "--listen", "127.0.0.1:0"]));
        assert_eq!((code, errors.lines().count()), (Some(2), 1), "{errors}");
        assert!(errors.contains(reason), "{errors}");
    }
}
