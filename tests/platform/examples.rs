//! The examples of the document work when they are sent as they are shown, on a fresh server with the demonstration
//! data.

use std::io::Cursor;

use serde_json::{Map, Value, json};

use crate::files::{PDF, read};
use crate::harness::binary::{Server, text_of};
use crate::harness::form::Form;
use crate::harness::{ADMIN_EMAIL, ADMIN_PASSWORD, Answer, Client, databases, document, remove};
use crate::identity::sign_in::totp;

/// Shows what only the server can give; [`second_factor`] sends these with what it gave.
const GIVEN_BY_THE_SERVER: [&str; 4] =
    ["authentication.refresh", "authentication.totp-begin", "authentication.totp-enable", "authentication.2fa-confirm"];

/// Go on with a procedure by what the server gave at its beginning, or need a mail; tests of the clients' interface send them.
const STEPS: [&str; 36] = [
    "my.anti-phishing.set",
    "my.anti-phishing.choose",
    "my.anti-phishing.confirm",
    "my.anti-phishing.remove",
    "my.anti-phishing.remove-by-code-path",
    "my.accounts.password-wizard",
    "my.accounts.password-confirm",
    "my.accounts.password-change.put",
    "my.accounts.password-restore",
    "my.verifications.run",
    "my.profile.deactivation-start",
    "my.profile.deactivation-confirm",
    "my.withdrawals.create",
    "my.withdrawals.confirm",
    "my.policies.create",
    "my.policies.delete",
    "my.policies.disable",
    "my.policies.confirm",
    "my.policies.disable.put",
    "my.2fa.challenge-start",
    "my.2fa.challenge-start-unauthorized",
    "my.2fa.challenge-complete",
    "my.2fa.choose",
    "my.2fa.google",
    "my.2fa.sms",
    "my.2fa.wizard",
    "my.2fa.disable-wizard",
    "my.authentication.refresh",
    "my.authentication.signin",
    "my.authentication.password-reset",
    "my.authentication.password-restore",
    "my.authentication.qr-signin",
    "my.authentication.qr-token",
    "my.password.change",
    "my.password.restore",
    "my.registration.signup",
];

/// Ask a monitoring provider, a trading platform or an identity provider, and the demonstration has none.
const ASKS_OUTSIDE: [&str; 7] = [
    "authentication.oidc-begin",
    "authentication.oidc-end",
    "transactions.check",
    "my.platforms.auth",
    "my.platforms.refresh",
    "deposit-methods.report",
    "deposit-methods.receive",
];

/// Is at a rate that only the server can tell; [`exchange`] sends it.
const AT_A_RATE: &str = "my.exchanges.create";

/// Ends the session of the one who sends it.
const SIGN_OUT: &str = "authentication.signout";

/// Work once, and the PATCH of the operation has come first.
const DONE_BY_PATCH: [&str; 2] = ["bonuses.update.put", "passwords.change.put"];

/// The document cannot show the bytes of a file: [`upload`] sends these before the others.
const UPLOADS: [&str; 6] = [
    "client-files.upload",
    "profile-photos.upload",
    "documents.create",
    "imports.create",
    "my.photo.upload",
    "my.documents.create",
];

/// What answers no text; [`upload`] reads it.
const DOWNLOADS: [&str; 5] =
    ["files.content", "my.tickets.attachment", "profile-photos.get", "my.files.content", "my.photo.get"];

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
            let mark = if path.contains('?') { '&' } else { '?' };
            path = format!("{path}{mark}{}={value}", parameter["name"].as_str().expect("a name"));
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

    /// Records are made before they are changed, changed before they are read, and read before something is done with them.
    fn turn(&self) -> (u8, &str) {
        let place = match (self.method.as_str(), &self.body) {
            ("POST", Some(_)) => 0,
            ("PATCH", _) => 1,
            ("PUT", _) => 2,
            ("GET", _) => 3,
            ("POST", None) => 4,
            _ => 5,
        };
        (place, &self.path)
    }

    fn is(&self, operation: &str) -> bool {
        self.operation["operationId"] == operation
    }
}

fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().expect("an object")
}

/// The examples of all operations.
fn examples(document: &Value) -> Vec<Example> {
    let (mut examples, mut missing) = (Vec::new(), Vec::new());
    for (template, methods) in object(&document["paths"]) {
        for (method, operation) in object(methods) {
            if DONE_BY_PATCH.iter().any(|done| operation["operationId"] == *done) {
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

/// Sends the example of an exchange, at a rate that the client is told.
fn exchange(client: &Client, examples: &[Example]) {
    let example = examples.iter().find(|example| example.is(AT_A_RATE)).expect("it is shown");
    let mut body = example.body.clone().expect("a body");
    body["quoteId"] = client.get("/api/v2/my/rates/usd/eur").expect(200)["quoteId"].clone();
    client.post(&example.path, &body).expect(201);
}

/// Uploads what the examples are about, and reads it.
fn upload(admin: &Client, as_client: &Client) {
    let mut photo = Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(40, 40).write_to(&mut photo, image::ImageFormat::Png).expect("a picture");
    let photo = Form::default().file("photo", "me.png", photo.get_ref());
    for client in [1, 2] {
        photo.clone().send(admin, &format!("/api/v2/clients/{client}/photo")).expect(204);
    }
    photo.send(as_client, "/api/v2/my/photo").expect(204);
    let document = Form::default().text("clientId", "1").text("typeId", "1").file("files", "a.pdf", PDF);
    document.send(admin, "/api/v2/documents").expect(201);
    let import = Form::default().text("type", "users").text("title", "Clients").text("dryRun", "1");
    import.file("file", "a.csv", b"email,lastName,firstName\n").send(admin, "/api/v2/imports").expect(201);
    let own = Form::default().text("typeId", "1").file("file", "a.pdf", PDF).send(as_client, "/api/v2/my/documents");
    let own = own.expect(201);
    let reject = format!("/api/v2/applications/{}/reject", own["applicationId"]);
    let kind = admin.get("/api/v2/resolutions/types?limit=1&sort_order=asc").expect(200)["data"][0]["id"].clone();
    let reason = json!({"name": "Out of date", "typeId": kind, "enabled": true});
    let reason = admin.create("/api/v2/resolutions", &reason);
    admin.post(&reject, &json!({"resolutionId": reason})).expect(200);
    assert_eq!(read(as_client, &own["files"][0]["file"]).body, PDF);
    let file = Form::default().file("file", "a.pdf", PDF).send(admin, "/api/v2/clients/1/files").expect(201);
    assert_eq!(read(admin, &file["file"]).body, PDF);
    assert_eq!(read(admin, &json!("/api/v2/clients/1/photo")).status, 200);
    let message = Form::default().text("text", "See the scan").file("attachments", "a.pdf", PDF);
    message.send(as_client, "/api/v2/my/tickets/1/messages").expect(201);
    assert_eq!(read(as_client, &json!("/api/v2/my/tickets/attachments/1")).body, PDF);
}

/// Has another user, and the administrator, ask for changes that wait: those that the examples decide on.
fn ask_for_approval(server: &Server, admin: &Client) {
    let (email, password) = ("desk@example.com", ADMIN_PASSWORD);
    let group = admin.create("/api/v2/groups", &json!({"name": "Tag desk", "permissions": ["clientTags.create"]}));
    let user = json!({"name": "Desk", "email": email, "password": password, "groups": [group], "tfa": false});
    admin.create("/api/v2/users", &user);
    let policy = admin.create("/api/v2/approvals/policies", &json!({"operation": "client-tags.create"}));
    let signed_in = server.client.post("/api/v2/signin", &json!({"email": email, "password": password})).expect(200);
    let maker = server.client.with_token_of(&signed_in);
    for (maker, name) in [(&maker, "First"), (&maker, "Second"), (admin, "Third")] {
        maker.post("/api/v2/tags", &json!({"name": name})).expect(202);
    }
    admin.patch(&format!("/api/v2/approvals/policies/{policy}"), &json!({"isEnabled": false})).expect(200);
}

/// Deletes what is shown, in rounds: what belongs to a record, or names it, goes before it. Answers what was refused in
/// the last one.
fn delete(mut examples: Vec<&Example>, send: impl Fn(&Example) -> Option<String>) -> Vec<String> {
    loop {
        let sent: Vec<(&Example, Option<String>)> =
            examples.iter().rev().map(|example| (*example, send(example))).collect();
        let (left, refused): (Vec<&Example>, Vec<String>) =
            sent.into_iter().rev().filter_map(|(example, refused)| Some((example, refused?))).unzip();
        if left.len() == examples.len() {
            return refused;
        }
        examples = left;
    }
}

#[test]
fn every_example_works_as_it_is_shown() {
    let document = document();
    let examples = examples(&document);
    for url in databases() {
        let server = Server::with_demonstration_data(&url);
        let admin = server.admin();
        let key = admin.post("/api/v2/platforms/1/keys", &json!({"caption": "feed"})).expect(201);
        upload(&admin, &server.as_client(&url, 1));
        ask_for_approval(&server, &admin);
        let feed = server.client.with_token(key["key"].as_str().expect("a key"));
        exchange(&server.as_client(&url, 1), &examples);
        let is_later = |example: &&Example| {
            let others =
                UPLOADS.iter().chain(&DOWNLOADS).chain(&STEPS).chain(&ASKS_OUTSIDE).chain(&[SIGN_OUT, AT_A_RATE]);
            GIVEN_BY_THE_SERVER.iter().chain(others).any(|operation| example.is(operation))
        };
        let send = |example: &Example| {
            let security = &example.operation["security"][0];
            let is_shown_to = |scheme: &str| security.get(scheme).is_some();
            let answer = if is_shown_to("platformKey") {
                example.send(&feed)
            } else if is_shown_to("client") {
                // Other examples end the sessions of clients.
                example.send(&server.as_client(&url, 1))
            } else {
                example.send(&admin)
            };
            let is_done = (200..300).contains(&answer.status);
            (!is_done).then(|| format!("{} {}: {} {}", example.method, example.path, answer.status, answer.body))
        };
        let (last, first): (Vec<&Example>, Vec<&Example>) =
            examples.iter().filter(|example| !is_later(example)).partition(|example| example.method == "DELETE");
        let mut refused: Vec<String> = first.into_iter().filter_map(send).collect();
        refused.extend(delete(last, send));
        assert!(refused.is_empty(), "{}: {} refused\n{}", text_of(&url), refused.len(), refused.join("\n"));
        let sign_out = examples.iter().find(|example| example.is(SIGN_OUT)).expect("it is shown");
        sign_out.send(&admin).expect(204);
        second_factor(&server, &examples);
        drop(server);
        remove(&url);
    }
}
