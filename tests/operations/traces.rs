//! Traces, as a receiver of OTLP gets them.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use opentelemetry_proto::tonic::trace::v1::{Span, Status};
use prost::Message as _;
use serde_json::{Value, json};
use storage::DatabaseUrl;

use crate::harness::binary::{Server, command};
use crate::harness::{ADMIN_PASSWORD, databases, scratch, sqlite, unique};

/// A collector, which keeps what it gets.
#[derive(Clone)]
struct Collector {
    endpoint: String,
    requests: Arc<Mutex<Vec<ExportTraceServiceRequest>>>,
}

impl Collector {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let collector = Self { endpoint, requests: Arc::default() };
        let receiving = collector.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                receiving.receive(stream);
            }
        });
        collector
    }

    fn receive(&self, mut stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let head: Vec<String> =
            reader.by_ref().lines().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
        assert_eq!(head.first().map(String::as_str), Some("POST /v1/traces HTTP/1.1"));
        let fields: HashMap<String, &str> = head
            .iter()
            .filter_map(|line| line.split_once(": ").map(|(name, value)| (name.to_ascii_lowercase(), value)))
            .collect();
        assert_eq!(fields.get("content-type"), Some(&"application/x-protobuf"));
        let mut body = vec![0; fields["content-length"].parse().unwrap()];
        reader.read_exact(&mut body).unwrap();
        self.requests.lock().unwrap().push(ExportTraceServiceRequest::decode(body.as_slice()).unwrap());
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
    }

    fn spans(&self) -> Vec<Span> {
        let requests = self.requests.lock().unwrap();
        let resources = requests.iter().flat_map(|request| &request.resource_spans);
        resources.flat_map(|resource| &resource.scope_spans).flat_map(|scope| scope.spans.clone()).collect()
    }
}

fn text(span: &Span, key: &str) -> Option<String> {
    let attribute = span.attributes.iter().find(|attribute| attribute.key == key)?;
    match attribute.value.as_ref()?.value.as_ref()? {
        Any::StringValue(text) => Some(text.clone()),
        Any::IntValue(number) => Some(number.to_string()),
        other => panic!("{key} is {other:?}"),
    }
}

fn below<'a>(spans: &'a [Span], parent: &Span) -> Vec<&'a Span> {
    let of_parent = |span: &&Span| span.parent_span_id == parent.span_id && span.trace_id == parent.trace_id;
    spans.iter().filter(of_parent).collect()
}

fn named<'a>(spans: impl IntoIterator<Item = &'a Span>, name: &str) -> &'a Span {
    let found = spans.into_iter().find(|span| span.name == name);
    found.unwrap_or_else(|| panic!("no span {name}"))
}

/// What a server traces with these settings, and logs.
fn traced(url: &DatabaseUrl, settings: &[&str], calls: impl FnOnce(&Server)) -> (Vec<Span>, Vec<Value>) {
    let collector = Collector::start();
    let path = scratch().join(format!("log-{}", unique()));
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut command = command(Some(url));
    command
        .args(["--log-format", "json"])
        .env("BACKOFFICE_OTLP_ENDPOINT", &collector.endpoint)
        .env("BACKOFFICE_SMTP_URL", format!("smtp://{gone}"))
        .envs(settings.chunks_exact(2).map(|setting| (setting[0], setting[1])))
        .stderr(Stdio::from(std::fs::File::create(&path).unwrap()));
    let mut server = Server::start_with(&mut command);
    calls(&server);
    server.signal("-TERM");
    server.child.wait().unwrap();
    let log = std::fs::read_to_string(path).unwrap();
    (collector.spans(), log.lines().map(|line| serde_json::from_str(line).expect(line)).collect())
}

#[test]
fn a_call_is_traced_down_to_its_statements() {
    for url in databases() {
        let (spans, log) = traced(&url, &[], |server| {
            let user = json!({"name": "Zebedee", "email": "zebedee@example.com", "password": ADMIN_PASSWORD});
            server.admin().with("X-Request-Id", "my-call").post("/api/v2/users", &user).expect(201);
        });
        let call = named(&spans, "POST /api/v2/users");
        assert_eq!(call.kind(), SpanKind::Server);
        for (key, value) in [
            ("http.request.method", "POST"),
            ("http.route", "/api/v2/users"),
            ("http.response.status_code", "201"),
            ("backoffice.request_id", "my-call"),
        ] {
            assert_eq!(text(call, key).as_deref(), Some(value), "{key}");
        }
        let parts = below(&spans, call);
        let write = named(parts, "write");
        let kind = if matches!(url, DatabaseUrl::Sqlite(_)) { "sqlite" } else { "postgresql" };
        assert_eq!(text(write, "db.system.name").as_deref(), Some(kind));
        let statements = below(&spans, write);
        let inserted = statements.iter().filter(|span| span.name == "INSERT");
        let texts: Vec<String> = inserted.filter_map(|span| text(span, "db.query.text")).collect();
        assert!(texts.iter().any(|text| text.contains("users")), "{texts:?}");
        for span in &spans {
            let told = format!("{span:?}");
            assert!(!told.contains("ebedee") && !told.contains(ADMIN_PASSWORD), "{told}");
        }
        let line = log.iter().find(|line| line["requestId"] == "my-call").expect("the line of the call");
        let trace = call.trace_id.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
        assert_eq!(line["traceId"], json!(trace));
    }
}

#[test]
fn a_job_is_traced_with_what_it_calls_and_the_call_that_asked_for_it() {
    let (spans, _) = traced(&sqlite(), &[], |server| {
        let admin = server.admin();
        let user = json!({"name": "Ann", "email": "ann@example.com", "password": ADMIN_PASSWORD});
        admin.post("/api/v2/users", &user).expect(201);
        let body = json!({"email": "ann@example.com", "password": ADMIN_PASSWORD});
        server.client.with("X-Request-Id", "sign-in").post("/api/v2/signin", &body).expect(200);
        let begun = std::time::Instant::now();
        while admin
            .get("/metrics")
            .body
            .as_str()
            .unwrap()
            .contains("backoffice_outbound_calls_total{kind=\"mail\",outcome=\"failed\"} 0")
        {
            assert!(begun.elapsed().as_secs() < 20);
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
    });
    let job = named(&spans, "job mail");
    assert_eq!((job.kind(), text(job, "backoffice.request_id").as_deref()), (SpanKind::Consumer, Some("sign-in")));
    let mail = named(below(&spans, job), "mail");
    assert_eq!(mail.kind(), SpanKind::Client);
    assert_eq!(mail.status.as_ref().map(Status::code), Some(StatusCode::Error));
}

const SENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

#[test]
fn a_trusted_proxy_may_have_a_call_traced_and_nobody_else() {
    let call = |server: &Server| {
        server.client.with("traceparent", SENT).get("/api/v2/groups").expect(401);
        server.client.get("/api/v2/groups").expect(401);
    };
    let settings = ["BACKOFFICE_TRACE_RATIO", "0", "BACKOFFICE_TRUSTED_PROXIES", "127.0.0.1"];
    let (spans, _) = traced(&sqlite(), &settings, call);
    let calls: Vec<&Span> = spans.iter().filter(|span| span.name == "GET /api/v2/groups").collect();
    let ids: Vec<(&[u8], &[u8])> =
        calls.iter().map(|span| (span.trace_id.as_slice(), span.parent_span_id.as_slice())).collect();
    let trace = 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736_u128.to_be_bytes();
    let parent = 0x00f0_67aa_0ba9_02b7_u64.to_be_bytes();
    assert_eq!(ids, [(trace.as_slice(), parent.as_slice())]);
    let (spans, _) = traced(&sqlite(), &settings[..2], call);
    assert!(spans.is_empty(), "{spans:?}");
}

#[test]
fn a_collector_that_is_away_holds_nothing_up_and_is_told_of_once() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let endpoint = format!("http://{gone}");
    let (_, log) = traced(&sqlite(), &["BACKOFFICE_OTLP_ENDPOINT", &endpoint], |server| {
        server.admin().get("/api/v2/groups").expect(200);
    });
    let lost = log.iter().filter(|line| line["message"].as_str().unwrap().starts_with("traces are lost")).count();
    assert_eq!(lost, 1);
}
