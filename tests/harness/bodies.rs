//! The bodies of resources as they are reviewed: a record is made with every field, read again, and found in its list.

use std::sync::LazyLock;

use domain::value::Uuid;
use serde_json::{Value, json};

use super::form::Form;
use super::records::id_of;
use super::{Client, document};

/// How long a line of a body may be.
const WIDTH: usize = 100;

static DOCUMENT: LazyLock<Value> = LazyLock::new(document);

/// What was answered to one caller, to be held against a snapshot.
pub struct Bodies<'a> {
    caller: &'a Client,
    text: String,
    /// Where the records are that were made.
    places: Vec<String>,
}

impl<'a> Bodies<'a> {
    pub fn of(caller: &'a Client) -> Self {
        Self { caller, text: String::new(), places: Vec::new() }
    }

    /// Makes a record with every field that its request has, and reads it; by its id.
    #[track_caller]
    pub fn create(&mut self, path: &str, body: &Value) -> i64 {
        self.create_without(&[], path, body)
    }

    /// The same where some fields exclude each other.
    #[track_caller]
    pub fn create_without(&mut self, left_out: &[&str], path: &str, body: &Value) -> i64 {
        let mut lacking = fields_of(path);
        lacking.retain(|field| body.get(field).is_none() && !left_out.contains(&field.as_str()));
        assert!(lacking.is_empty(), "POST {path} has these fields, too: {lacking:?}");
        let answer = self.caller.post(path, body);
        assert_eq!(answer.status, 201, "POST {path}: {}", answer.body);
        let place = answer.header("Location").map(ToOwned::to_owned);
        let made = self.show("POST", path, answer.body);
        let Some(place) = place else { return id_of(&made) };
        let (list, id) = place.rsplit_once('/').expect("a path");
        let id = id.parse().expect("an id");
        if template_of("GET", &place).is_some() {
            self.read_as(&place, &made);
            if template_of("PATCH", &place).is_some() {
                self.hold_tag("PATCH", &place);
            }
            self.places.push(place.clone());
        }
        self.find(list, &made);
        id
    }

    /// Reads something that is not a record of a list.
    #[track_caller]
    pub fn read(&mut self, path: &str) -> Value {
        let answer = self.caller.get(path);
        assert_eq!(answer.status, 200, "GET {path}: {}", answer.body);
        self.show("GET", path, answer.body)
    }

    /// Asks for something that is done.
    #[track_caller]
    pub fn ask(&mut self, path: &str, body: &Value, status: u16) -> Value {
        let answer = self.caller.post(path, body);
        assert_eq!(answer.status, status, "POST {path}: {}", answer.body);
        self.show("POST", path, answer.body)
    }

    /// Uploads something.
    #[track_caller]
    pub fn upload(&mut self, path: &str, form: Form) {
        self.upload_to(path, form, 201);
    }

    /// The same where it makes no record.
    #[track_caller]
    pub fn upload_to(&mut self, path: &str, form: Form, status: u16) {
        let answer = form.send(self.caller, path);
        assert_eq!(answer.status, status, "POST {path}: {}", answer.body);
        self.show("POST", path, answer.body);
    }

    /// The first record of a list, which nobody made by a call of its own.
    #[track_caller]
    pub fn first_of(&mut self, list: &str) -> Value {
        let (path, query) =
            list.split_once('?').map_or((list, String::new()), |(path, query)| (path, format!("?{query}")));
        let answer = self.caller.get(list);
        assert_eq!(answer.status, 200, "GET {list}: {}", answer.body);
        let first = self.show("GET", list, answer.body["data"][0].clone());
        let place = format!("{path}/{}{query}", id_of(&first));
        if template_of("GET", &place).is_some() {
            self.read_as(&place, &first);
        }
        first
    }

    /// Everything, one body below the other. The records are deleted, where that is possible.
    #[track_caller]
    pub fn into_text(self) -> String {
        for place in self.places.iter().rev().filter(|place| template_of("DELETE", place).is_some()) {
            // Some tests end signed out.
            if self.caller.get(place).status == 200 {
                self.hold_tag("DELETE", place);
            }
        }
        self.text
    }

    /// Holds that a record is written by callers alone who have seen it as it is.
    #[track_caller]
    fn hold_tag(&self, method: &str, path: &str) {
        let read = self.caller.get(path);
        let tag = read.header("ETag").unwrap_or_else(|| panic!("GET {path}: no tag")).to_owned();
        let known = self.caller.with("If-None-Match", &tag).get(path);
        assert_eq!(known.status, 304, "GET {path}");
        let write = |tag: &str| self.caller.with("If-Match", tag).call(method, path, Some(b"{}"));
        write("\"stale\"").refused(412, "preconditionFailed");
        let written = write(&tag);
        assert_ne!(written.status, 412, "{method} {path} takes the record for another than GET shows");
        assert_ne!(written.status, 404, "{method} {path}");
    }

    #[track_caller]
    fn read_as(&mut self, path: &str, expected: &Value) {
        let answer = self.caller.get(path);
        assert_eq!(answer.status, 200, "GET {path}: {}", answer.body);
        self.show_unless_same("GET", path, &answer.body, expected);
    }

    #[track_caller]
    fn find(&mut self, list: &str, expected: &Value) {
        let page = self.caller.get(&format!("{list}?limit=100"));
        assert_eq!(page.status, 200, "GET {list}: {}", page.body);
        let records = page.body["data"].as_array().expect("records");
        let record = records.iter().find(|record| id_of(record) == id_of(expected)).expect("the record in its list");
        self.show_unless_same("GET", list, record, expected);
    }

    fn add(&mut self, parts: &[&str]) {
        self.text.extend(parts.iter().copied());
    }

    fn show_unless_same(&mut self, method: &str, path: &str, body: &Value, expected: &Value) {
        let heading = heading_of(method, path);
        if body == expected {
            self.add(&[&heading, ": the same\n"]);
        } else {
            self.add(&[&heading, "\n", &pretty(&redacted(body), 0), "\n"]);
        }
    }

    fn show(&mut self, method: &str, path: &str, body: Value) -> Value {
        let gap = if self.text.is_empty() { "" } else { "\n" };
        self.add(&[gap, &heading_of(method, path), "\n", &pretty(&redacted(&body), 0), "\n"]);
        body
    }
}

/// A call as the document has it.
fn heading_of(method: &str, path: &str) -> String {
    let template = template_of(method, path).unwrap_or_else(|| panic!("{method} {path} is not in the document"));
    format!("{method} {template}")
}

/// The path of the document that stands for this one; fixed segments win over ids.
fn template_of(method: &str, path: &str) -> Option<&'static str> {
    let path = path.split('?').next().unwrap_or_default();
    let paths = DOCUMENT["paths"].as_object().expect("paths");
    let matching = paths.iter().filter(|(template, methods)| {
        let is_id = |segment: &str| segment.starts_with('{');
        let pairs = || template.split('/').zip(path.split('/'));
        methods.get(method.to_lowercase()).is_some()
            && template.split('/').count() == path.split('/').count()
            && pairs().all(|(expected, segment)| expected == segment || is_id(expected))
    });
    matching.map(|(template, _)| template.as_str()).min_by_key(|template| template.matches('{').count())
}

/// The fields of the request that makes a record.
fn fields_of(path: &str) -> Vec<String> {
    let template = template_of("POST", path).unwrap_or_else(|| panic!("POST {path} is not in the document"));
    let mut schema = &DOCUMENT["paths"][template]["post"]["requestBody"]["content"]["application/json"]["schema"];
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        schema = &DOCUMENT["components"]["schemas"][name];
    }
    schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

/// JSON in which what fits into a line stands in one.
fn pretty(value: &Value, indent: usize) -> String {
    let flat = value.to_string();
    if indent + flat.len() <= WIDTH {
        return flat;
    }
    let gap = " ".repeat(indent + 2);
    let (open, parts, close) = match value {
        Value::Object(fields) => {
            let part = |(name, value): (&String, &Value)| format!("{gap}\"{name}\": {}", pretty(value, indent + 2));
            ('{', fields.iter().map(part).collect::<Vec<_>>(), '}')
        }
        Value::Array(values) => {
            ('[', values.iter().map(|value| format!("{gap}{}", pretty(value, indent + 2))).collect(), ']')
        }
        _ => return flat,
    };
    format!("{open}\n{}\n{}{close}", parts.join(",\n"), " ".repeat(indent))
}

/// Tokens and keys are random.
fn redacted(body: &Value) -> Value {
    match body {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| {
                let is_random = matches!(name.as_str(), "token" | "secret" | "uri" | "uuid" | "key" | "channel" | "qr")
                    && value.as_str().is_some_and(|text| text.len() > 20);
                (name.clone(), if is_random { json!(format!("[{name}]")) } else { redacted(value) })
            })
            .collect(),
        Value::Array(values) => values.iter().map(redacted).collect(),
        Value::String(text) if text.parse::<Uuid>().is_ok() => json!("[uuid]"),
        Value::String(text) if text.starts_with("bok_") => json!("bok_[…]"),
        Value::String(text) if text.starts_with("/api/v2/files/") => json!("/api/v2/files/[key]"),
        Value::String(text) if text.starts_with("/api/v2/my/files/") => json!("/api/v2/my/files/[key]"),
        other => other.clone(),
    }
}
