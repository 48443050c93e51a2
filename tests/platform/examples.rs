//! The examples of the document work when they are sent as they are shown, on a fresh server with the demonstration
//! data.

use serde_json::{Map, Value, json};

use crate::harness::binary::{Server, text_of};
use crate::harness::{ADMIN_EMAIL, ADMIN_PASSWORD, Answer, Client, databases, document, remove};
use crate::identity::sign_in::totp;

/// Shows what only the server can give; [`second_factor`] sends these with what it gave.
const GIVEN_BY_THE_SERVER: [&str; 4] =
    ["authentication.refresh", "authentication.totp-begin", "authentication.totp-enable", "authentication.2fa-confirm"];

/// Works once, and the PATCH of the operation has come first.
const DONE_BY_PATCH: &str = "bonuses.update.put";

/// A call as the document shows it.
struct Example {
    method: String,
    path: String,
    operation: Value,
    body: Option<Value>,
}

impl Example {
    /// None where a path or a body lacks one.
    fn of(method: &str, template: &str, operation: &Value) -> Option<Self> {
        let parameters = operation["parameters"].as_array().expect("parameters");
        let mut path = template.to_owned();
        for parameter in parameters.iter().filter(|parameter| parameter["in"] == "path") {
            let name = parameter["name"].as_str().expect("a name");
            let value = parameter.get("example")?;
            path = path.replace(&format!("{{{name}}}"), value.as_str().unwrap_or(&value.to_string()));
        }
        let needed = parameters.iter().filter(|parameter| parameter["in"] == "query" && parameter["required"] == true);
        for parameter in needed {
            let value = parameter.get("example")?.as_str().expect("a text");
            path = format!("{path}?{}={value}", parameter["name"].as_str().expect("a name"));
        }
        let body = match operation.pointer("/requestBody/content/application~1json") {
            Some(content) => Some(content.get("example")?.clone()),
            None => None,
        };
        Some(Self { method: method.to_uppercase(), path, operation: operation.clone(), body })
    }

    fn send(&self, caller: &Client) -> Answer {
        let body = self.body.as_ref().map(|body| body.to_string().into_bytes());
        caller.call(&self.method, &self.path, body.as_deref())
    }

    /// Records are made before they are changed, and changed before they are read.
    fn turn(&self) -> (usize, &str) {
        let place = ["POST", "PATCH", "PUT", "GET"].iter().position(|method| *method == self.method);
        (place.expect("a method that is sent"), &self.path)
    }
}

fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().expect("an object")
}

/// Everything that is read, and everything that has a body.
fn examples(document: &Value) -> Vec<Example> {
    let (mut examples, mut missing) = (Vec::new(), Vec::new());
    for (template, methods) in object(&document["paths"]) {
        for (method, operation) in object(methods) {
            let is_done = operation["operationId"] == DONE_BY_PATCH;
            if is_done || (method != "get" && operation.get("requestBody").is_none()) {
                continue;
            }
            match Example::of(method, template, operation) {
                Some(example) => examples.push(example),
                None => missing.push(format!("{method} {template}")),
            }
        }
    }
    assert!(missing.is_empty(), "no example has\n{}", missing.join("\n"));
    examples.sort_by(|one, other| one.turn().cmp(&other.turn()));
    examples
}

fn sign_in(server: &Server) -> Value {
    server.client.post("/api/v2/signin", &json!({"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD})).expect(200)
}

/// Sends the examples of the second factor, with what the server gave for them.
fn second_factor(server: &Server, examples: &[Example]) {
    let send = |operation: &str, caller: &Client, changes: &[(&str, &Value)]| {
        let example = examples.iter().find(|example| example.operation["operationId"] == operation);
        let example = example.unwrap_or_else(|| panic!("no {operation}"));
        let mut body = example.body.clone().expect("a body");
        for (field, value) in changes {
            assert!(body[*field].is_string(), "{operation} shows no {field}");
            body[*field] = (*value).clone();
        }
        caller.post(&example.path, &body)
    };
    let signed_in = sign_in(server);
    let renewed =
        send("authentication.refresh", &server.client, &[("refreshToken", &signed_in["refreshToken"]["token"])]);
    let admin = server.client.with_token_of(&renewed.expect(200));
    let setup = send("authentication.totp-begin", &admin, &[]).expect(200);
    let app = totp(setup["secret"].as_str().expect("a secret"));
    let code = |later: u64| {
        let now = std::time::UNIX_EPOCH.elapsed().expect("a time").as_secs();
        json!(app.generate(now + later).to_string())
    };
    send("authentication.totp-enable", &admin, &[("code", &code(0))]).expect(204);
    let awaited = sign_in(server);
    let token = &awaited["2faDetails"]["token"];
    // A code works once, and that of the next step is taken already.
    send("authentication.2fa-confirm", &server.client, &[("token", token), ("code", &code(30))]).expect(200);
}

#[test]
fn every_example_works_as_it_is_shown() {
    let document = document();
    let examples = examples(&document);
    for url in databases() {
        let server = Server::with_demonstration_data(&url);
        let admin = server.admin();
        let key = admin.post("/api/v2/platforms/1/keys", &json!({"caption": "feed"})).expect(201);
        let feed = server.client.with_token(key["key"].as_str().expect("a key"));
        let mut refused = Vec::new();
        let is_given = |example: &&Example| {
            GIVEN_BY_THE_SERVER.contains(&example.operation["operationId"].as_str().unwrap_or_default())
        };
        for example in examples.iter().filter(|example| !is_given(example)) {
            let is_feed = example.operation["security"] == json!([{"platformKey": []}]);
            let answer = example.send(if is_feed { &feed } else { &admin });
            if !(200..300).contains(&answer.status) {
                refused.push(format!("{} {}: {} {}", example.method, example.path, answer.status, answer.body));
            }
        }
        assert!(refused.is_empty(), "{}: {} refused\n{}", text_of(&url), refused.len(), refused.join("\n"));
        second_factor(&server, &examples);
        drop(server);
        remove(&url);
    }
}
