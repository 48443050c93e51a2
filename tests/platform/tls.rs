//! TLS of the server itself.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tungstenite::Message;

use crate::harness::certificates::{Authority, ask, shown, write};
use crate::harness::{ADMIN_EMAIL, ADMIN_PASSWORD, Answer, Setup, TestApp, on_both, on_both_with, sqlite};

/// So long a caller may take to shake hands, and as long again for the head of a call.
const DEADLINE: Duration = Duration::from_secs(5);
/// How much later a machine with much to do may be.
const GRACE: Duration = Duration::from_secs(5);

fn with_tls(authority: &Authority) -> Setup {
    Setup { tls: Some(authority.issue()), ..Setup::default() }
}

fn start(authority: &Authority) -> TestApp {
    TestApp::start(sqlite(), &with_tls(authority))
}

/// A connection before anything is sent on it.
fn connect(app: &TestApp) -> TcpStream {
    let stream = TcpStream::connect(app.client.base.trim_start_matches("https://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

#[test]
fn calls_are_answered_to_whoever_believes_the_certificate() {
    let authority = Authority::new();
    on_both_with(&with_tls(&authority), |app| {
        let credentials = json!({"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD});
        let believing = app.client.believing(&authority);
        let signed_in = believing.post("/api/v2/signin", &credentials).expect(200);
        believing.with_token_of(&signed_in).get("/api/v2/users/1").expect(200);
        let other = app.client.believing(&Authority::new());
        assert!(other.try_call("GET", "/healthz", None).is_err());
    });
}

#[test]
fn both_versions_of_tls_are_spoken_and_http_1_1_over_them() {
    let authority = Authority::new();
    let app = start(&authority);
    for version in [&TLS12, &TLS13] {
        let mut secured = authority.try_connect(&app.client.base, &[version]).unwrap();
        assert_eq!(secured.conn.protocol_version(), Some(version.version));
        assert_eq!(secured.conn.alpn_protocol(), Some(&b"http/1.1"[..]));
        ask(&mut secured, "/healthz").expect(200);
    }
}

#[test]
fn browsers_are_told_to_come_over_tls_alone_where_the_server_speaks_it() {
    let authority = Authority::new();
    let told = |answer: Answer| answer.header("Strict-Transport-Security").map(ToOwned::to_owned);
    let app = start(&authority);
    let client = app.client.believing(&authority);
    for path in ["/healthz", "/docs", "/api/v2/users", "/nothing", "/socket.io/"] {
        assert_eq!(told(client.get(path)).as_deref(), Some("max-age=31536000"), "{path}");
    }
    on_both(|app| assert_eq!(told(app.client.get("/docs")), None));
}

#[test]
fn a_new_certificate_is_shown_to_new_connections_and_open_ones_go_on() {
    let authority = Authority::new();
    let setup = with_tls(&authority);
    let app = TestApp::start(sqlite(), &setup);
    let files = setup.tls.unwrap();
    let mut open = authority.connect(&app.client.base);
    ask(&mut open, "/healthz").expect(200);
    let first = shown(&open);
    authority.issue_into(&files, 2101);
    assert_eq!(shown(&authority.connect(&app.client.base)), first, "nobody has told the server yet");
    assert_eq!(app.reload_certificate(), None);
    assert_ne!(shown(&authority.connect(&app.client.base)), first);
    ask(&mut open, "/healthz").expect(200);
}

#[test]
fn a_certificate_that_cannot_be_served_leaves_the_one_before() {
    let authority = Authority::new();
    let setup = with_tls(&authority);
    let app = TestApp::start(sqlite(), &setup);
    let files = setup.tls.unwrap();
    let first = shown(&authority.connect(&app.client.base));
    let other = authority.issue();
    let text = |path| std::fs::read_to_string(path).unwrap();
    let (own_key, other_key) = (text(&files.key), text(&other.key));
    let own_certificates = text(&files.certificates);
    let encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let rubbish = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let large = "#".repeat(1024 * 1024 + 1);
    for (certificates, key, reason) in [
        (own_certificates.as_str(), other_key.as_str(), "is not the key of the certificate"),
        (&own_certificates, encrypted, "has no private key in PEM, or one that is encrypted"),
        (&own_certificates, "", "has no private key"),
        (&own_key, &own_key, "has no certificate in PEM"),
        (rubbish, &own_key, "cannot be used"),
        (&large, &own_key, "is larger than 1048576 bytes"),
    ] {
        write(&files.certificates, certificates);
        write(&files.key, key);
        let told = app.reload_certificate().expect("a refusal");
        assert!(told.contains(reason) && told.lines().count() == 1, "{told}");
    }
    std::fs::remove_file(&files.key).unwrap();
    write(&files.certificates, &own_certificates);
    assert!(app.reload_certificate().expect("a refusal").contains("No such file"));
    assert_eq!(shown(&authority.connect(&app.client.base)), first);
}

#[test]
fn the_end_of_the_certificate_is_told_to_prometheus() {
    let authority = Authority::new();
    let setup = Setup { tls: Some(authority.issue_until(2030)), ..Setup::default() };
    let app = TestApp::start(sqlite(), &setup);
    let told = || {
        let metrics = app.client.believing(&authority).get("/metrics").expect(200);
        let line = metrics.as_str().unwrap().lines().find(|line| line.starts_with("backoffice_tls_certificate_expiry"));
        line.expect("the metric").rsplit(' ').next().unwrap().to_owned()
    };
    // The last day of 2030, and of 2031.
    assert_eq!(told(), "1924905600");
    authority.issue_into(&setup.tls.clone().unwrap(), 2031);
    assert_eq!(app.reload_certificate(), None);
    assert_eq!(told(), "1956441600");
}

#[test]
fn who_does_not_shake_hands_is_given_up() {
    let authority = Authority::new();
    let app = start(&authority);
    // Nothing at all, and the beginning of a hello.
    let mut streams = [connect(&app), connect(&app)];
    let begun = Instant::now();
    streams[1].write_all(&[0x16, 0x03, 0x01, 0x02, 0x00, 0x01]).unwrap();
    for stream in &mut streams {
        let mut rest = Vec::new();
        drop(stream.read_to_end(&mut rest));
        assert!(begun.elapsed() < DEADLINE + GRACE, "{:?}", begun.elapsed());
    }
    authority.connect(&app.client.base);
}

#[test]
fn plain_http_is_not_answered() {
    let authority = Authority::new();
    let app = start(&authority);
    let begun = Instant::now();
    let mut stream = connect(&app);
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    drop(stream.read_to_end(&mut answer));
    assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
    assert!(begun.elapsed() < DEADLINE, "{:?}", begun.elapsed());
}

#[test]
fn a_head_that_does_not_arrive_is_refused_as_without_tls() {
    let authority = Authority::new();
    let app = start(&authority);
    let mut secured = authority.connect(&app.client.base);
    secured.write_all(b"GET /healthz HTTP/1.1\r\nHost").unwrap();
    let mut answer = String::new();
    secured.read_to_string(&mut answer).expect("an answer, and the end of TLS");
    Answer::of_text(&answer).refused(408, "headTimeout");
}

#[test]
fn who_does_not_read_is_given_up() {
    let authority = Authority::new();
    let setup = Setup { write_timeout: Some(Duration::from_millis(500)), ..with_tls(&authority) };
    let app = TestApp::start(sqlite(), &setup);
    // More than the buffers of a connection hold.
    app.run_sql(
        "INSERT INTO client_tags (name, name_key, create_time) \
         WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 120000) \
         SELECT 'a tag with a name that takes some room, as names of tags do, number ' || n, 'tag ' || n, \
             users.create_time FROM numbers, users",
    );
    let credentials = json!({"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD});
    let signed_in = app.client.believing(&authority).post("/api/v2/signin", &credentials).expect(200);
    let token = signed_in["accessToken"]["token"].as_str().unwrap();
    let mut stalled = authority.connect(&app.client.base);
    write!(stalled, "GET /api/v2/tags?format=csv HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n")
        .unwrap();
    // It has begun.
    stalled.read_exact(&mut [0; 64]).unwrap();
    // Another reader takes it all meanwhile, which takes longer than the first one may wait.
    let reading = app.client.believing(&authority).with_token_of(&signed_in);
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(2) {
        let csv = reading.get("/api/v2/tags?format=csv").expect(200);
        assert_eq!(csv.as_str().unwrap().lines().count(), 120_001);
    }
    let mut rest = Vec::new();
    let ended = stalled.read_to_end(&mut rest);
    assert!(ended.is_err() || !rest.ends_with(b"0\r\n\r\n"), "the server did not give it up");
}

#[test]
fn a_websocket_is_opened_over_tls() {
    let authority = Authority::new();
    let app = start(&authority);
    let place = app.client.base.trim_start_matches("https://");
    let url = format!("wss://{place}/socket.io/?EIO=3&transport=websocket");
    let (mut socket, _) = tungstenite::client(url, authority.connect(&app.client.base)).expect("a WebSocket");
    let Ok(Message::Text(open)) = socket.read() else { panic!("a packet") };
    let open: Value = serde_json::from_str(open.strip_prefix('0').expect("packet 0")).unwrap();
    assert!(open["sid"].is_string());
    assert_eq!(socket.read().unwrap(), Message::text("40"));
    socket.send(Message::text("2fence")).unwrap();
    assert_eq!(socket.read().unwrap(), Message::text("3fence"));
}
