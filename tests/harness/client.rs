use std::cell::RefCell;
use std::rc::Rc;

use domain::value::Uuid;
use serde_json::{Value, json};

use super::certificates::Authority;
use super::codes;

/// A call's answer.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
    headers: Vec<(String, String)>,
}

impl Answer {
    /// The answer that stands in the text of a connection.
    #[track_caller]
    pub fn of_text(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no head in {text:?}"));
        let (status_line, fields) = head.split_once("\r\n").expect("a status line");
        let status = status_line.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        let fields = fields.lines().filter_map(|field| field.split_once(": "));
        let headers = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let body = serde_json::from_str(body).unwrap_or_else(|_| json!(body));
        codes::note_answer(&body);
        Self { status, body, headers }
    }

    /// A header of the answer.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Holds the status, and gives the body.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }

    /// Holds that the call was refused with the status and for this rule alone: as the reason, or in this field.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Value {
        let codes: Vec<String> = self.faults().into_iter().map(|(_, code)| code).collect();
        let reason = self.body["error"]["reason"].as_str().unwrap_or_default().to_owned();
        let told = if codes.is_empty() { vec![reason] } else { codes };
        assert_eq!((self.status, told.as_slice()), (status, [code.to_owned()].as_slice()), "{}", self.body);
        self.body
    }

    /// Holds that the call was refused with the status and for these rules, each with its field.
    #[track_caller]
    pub fn expect_faults(self, status: u16, faults: &[(&str, &str)]) -> Value {
        let mut told = self.faults();
        told.sort();
        let expected: Vec<(String, String)> =
            faults.iter().map(|(field, code)| ((*field).to_owned(), (*code).to_owned())).collect();
        assert_eq!((self.status, told), (status, expected), "{}", self.body);
        self.body
    }

    /// Each fault of an error's details: the field, `-` where there is none, and the code.
    pub fn faults(&self) -> Vec<(String, String)> {
        let details = self.body["error"]["details"].as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        details.iter().map(|fault| (text(&fault["field"]), text(&fault["code"]))).collect()
    }

    /// Holds that the details name these fields, each with the code of its rule, in this order.
    #[track_caller]
    pub fn has_faults(&self, expected: &[(&str, &str)]) {
        let expected: Vec<(String, String)> =
            expected.iter().map(|(field, code)| ((*field).to_owned(), (*code).to_owned())).collect();
        assert_eq!(self.faults(), expected, "{}", self.body);
    }

    /// The fields that are named in an error's details, sorted.
    pub fn faulty_fields(&self) -> Vec<String> {
        let details = self.body["error"]["details"].as_array().cloned().unwrap_or_default();
        let mut fields: Vec<String> =
            details.iter().map(|fault| fault["field"].as_str().unwrap_or("-").to_owned()).collect();
        fields.sort();
        fields
    }
}

/// What was asked and answered, without what differs by chance.
pub type Transcript = Rc<RefCell<Vec<(String, u16, Value)>>>;

/// Somebody who calls the server.
#[derive(Clone)]
pub struct Client {
    pub base: String,
    pub token: Option<String>,
    headers: Vec<(String, String)>,
    transcript: Transcript,
    agent: ureq::Agent,
}

impl Client {
    pub fn new(base: &str, transcript: Transcript) -> Self {
        let config = ureq::Agent::config_builder().http_status_as_error(false).build();
        Self { base: base.to_owned(), token: None, headers: Vec::new(), transcript, agent: config.into() }
    }

    /// The same, which believes certificates that an authority has signed, and no others.
    pub fn believing(&self, authority: &Authority) -> Self {
        let root = ureq::tls::Certificate::from_der(&authority.der()).to_owned();
        let tls = ureq::tls::TlsConfig::builder().provider(ureq::tls::TlsProvider::NativeTls);
        let tls = tls.root_certs([root].into_iter().into()).build();
        let config = ureq::Agent::config_builder().http_status_as_error(false).tls_config(tls).build();
        Self { agent: config.into(), ..self.clone() }
    }

    /// The same with a token.
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The same with the token of a sign-in's answer.
    #[track_caller]
    pub fn with_token_of(&self, signed_in: &Value) -> Self {
        self.with_token(signed_in["accessToken"]["token"].as_str().expect("a token"))
    }

    /// The same with a header.
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut client = self.clone();
        client.headers.push((name.to_owned(), value.to_owned()));
        client
    }

    /// A header that is sent with each call.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(sent, _)| sent == name).map(|(_, value)| value.as_str())
    }

    /// The same from another address: the tests' server trusts the loopback as a proxy.
    pub fn from(&self, address: &str) -> Self {
        self.with("X-Forwarded-For", address)
    }

    /// The same, with answers that are not compared between the databases: they hold a port, or ids with gaps.
    pub fn unrecorded(&self) -> Self {
        Self { transcript: Transcript::default(), ..self.clone() }
    }

    pub fn get(&self, path: &str) -> Answer {
        self.call("GET", path, None)
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.call("POST", path, Some(body.to_string().as_bytes()))
    }

    pub fn put(&self, path: &str, body: &Value) -> Answer {
        self.call("PUT", path, Some(body.to_string().as_bytes()))
    }

    pub fn patch(&self, path: &str, body: &Value) -> Answer {
        self.call("PATCH", path, Some(body.to_string().as_bytes()))
    }

    pub fn delete(&self, path: &str) -> Answer {
        self.call("DELETE", path, None)
    }

    pub fn call(&self, method: &str, path: &str, body: Option<&[u8]>) -> Answer {
        self.try_call(method, path, body).unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// The same where the server may be gone.
    pub fn try_call(&self, method: &str, path: &str, body: Option<&[u8]>) -> Result<Answer, ureq::Error> {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let response = match body {
            Some(body) => self.agent.run(request.body(body.to_vec()).expect("a request")),
            None => self.agent.run(request.body(()).expect("a request")),
        };
        let mut response = response?;
        let headers = response.headers().iter();
        let headers =
            headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap_or("").to_owned())).collect();
        let status = response.status().as_u16();
        let text = response.body_mut().read_to_string()?;
        let body = serde_json::from_str(&text).unwrap_or_else(|_| json!(text));
        codes::note_answer(&body);
        if path != "/metrics" {
            let path = RANDOM.into_iter().find(|random| path.starts_with(random)).unwrap_or(path);
            self.transcript.borrow_mut().push((format!("{method} {path}"), status, redacted(&body)));
        }
        Ok(Answer { status, body, headers })
    }
}

/// What paths begin with that end in something random: the keys of files, of users and of clients, and the tokens of sign-ins.
const RANDOM: [&str; 3] = ["/api/v2/files/", "/api/v2/my/files/", "/api/v2/signin/oidc/"];

/// Tokens and secrets are random, and metrics and readiness tell of times.
fn redacted(body: &Value) -> Value {
    match body {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| {
                let is_random = matches!(name.as_str(), "token" | "secret" | "uri" | "uuid" | "key" | "channel" | "qr");
                (name.clone(), if is_random { json!("…") } else { redacted(value) })
            })
            .collect(),
        Value::Array(values) => values.iter().map(redacted).collect(),
        Value::String(text) if text.parse::<Uuid>().is_ok() || text.starts_with("bok_") => json!("…"),
        Value::String(text)
            if text.contains("in the log is") || RANDOM.into_iter().any(|random| text.contains(random)) =>
        {
            json!("…")
        }
        other => other.clone(),
    }
}
