//! The document says what is required, and the server asks for just that.

use std::collections::BTreeSet;

use domain::requests::Asked;
use domain::tickets::TicketForm;
use serde_json::{Value, json};

use crate::antifraud::raise;
use crate::files::PDF;
use crate::harness::form::Form;
use crate::harness::orders::{answer_test, ask};
use crate::harness::{ADMIN_EMAIL, Answer, Client, Setup, TestApp, document, on_both, on_both_with};

/// Records of every kind, for the paths; a client who has them.
fn fill(app: &TestApp, admin: &Client) -> i64 {
    app.database.write(|tx| demo::load(tx, &|_| ())).unwrap();
    let add = |path: &str, body: Value| {
        let made = admin.post(path, &body);
        assert!(matches!(made.status, 201 | 202), "{path}: {}", made.body);
        made.body
    };
    let (client, account) = app.wallet(admin, "ann@example.com", 840, "0");
    let of_client = |mut body: Value| {
        body["clientId"] = json!(client);
        body
    };
    admin.patch(&format!("/api/v2/clients/{client}"), &json!({"email": "new@example.com"})).expect(200);
    add("/api/v2/phones", of_client(json!({"number": "+12025550124"})));
    let address = json!({"address": "1 Main St", "city": "Springfield", "countryId": 1, "type": "residential"});
    add("/api/v2/addresses", of_client(address));
    add("/api/v2/managers", json!({"email": ADMIN_EMAIL, "name": "Manager"}));
    add("/api/v2/security/policies", json!({"ip": "192.0.2.1", "permission": "deny", "route": "/api/v2/none"}));
    for (way, manual) in [("deposits", 1), ("withdrawals", 2)] {
        let methods = format!("/api/v2/{way}/methods");
        let method = json!({
            "name": "bank", "caption": "Bank", "provider": "Constructor", "currencyCode": 840, "priority": -1,
        });
        let method = format!("{methods}/{}", add(&methods, method)["id"]);
        add(&format!("/api/v2/{way}/groups"), json!({"name": "Fiat"}));
        add(&format!("{method}/attributes"), json!({"name": "iban", "caption": "IBAN", "type": "text"}));
        add(&format!("{method}/commissions"), json!({"currencyCode": 840, "type": "TR", "percent": 1}));
        add(
            &format!("{method}/restrictions"),
            json!({"name": "country", "isEnabled": true, "type": "deny", "ids": []}),
        );
        let order = json!({"accountId": account, "methodId": manual, "amount": "100"});
        add(&format!("/api/v2/{way}"), order);
    }
    let transaction = first_of(admin, "/api/v2/transactions", "transactionId");
    add(&format!("/api/v2/transactions/{transaction}/check"), json!({}));
    let currency = first_of(admin, "/api/v2/currencies", "numericCode");
    add(&format!("/api/v2/currencies/{currency}/aliases"), json!({"alphabeticCode": "ALIAS"}));
    let product = format!("/api/v2/products/{}", first_of(admin, "/api/v2/products", "id"));
    add(&format!("{product}/preferences"), json!({"title": "t", "value": "v"}));
    let trading = admin.new_account(client, app.open_product(admin, "trade", &[840]), 840);
    let bonus = json!({
        "accountId": trading, "amount": "10", "lifetime": 30, "dynamicLots": "2", "enableAutoCredit": false,
        "scalpingThreshold": 60, "enableTrade": false, "disabledGroups": [],
    });
    add("/api/v2/bonuses", bonus);
    let service = first_of(admin, "/api/v2/subscriptions/services", "id");
    let service: Value = service.parse().unwrap();
    add("/api/v2/subscriptions", of_client(json!({"serviceId": service, "isActive": 0})));
    add("/api/v2/subscriptions/categories", json!({"name": "category"}));
    let restriction = json!({"name": "country", "isEnabled": true, "type": "deny", "ids": []});
    add("/api/v2/verifications/levels/1/restrictions", restriction);
    ask(&app.database, client, &Asked::Partner).unwrap();
    raise(app, &[client], "192.0.2.1");
    let scan = crate::tickets::arrived(app, "scan.pdf", PDF);
    let texts = ("Help", "See the scan");
    crate::tickets::submit_with(&app.database, client, texts, &TicketForm::default(), vec![scan]).unwrap();
    let question = first_of(admin, "/api/v2/quizzes/1/questions", "id").parse::<i64>().unwrap();
    let answers = [domain::verification::Answer { question: question.into(), text: None, options: vec![1.into()] }];
    let first_client = first_of(admin, "/api/v2/clients", "clientId").parse().unwrap();
    answer_test(&app.database, first_client, 1, &answers).unwrap();
    upload(admin, &format!("/api/v2/clients/{first_client}/files"), Form::default().file("file", "a.pdf", PDF));
    crate::credentials::fill(app, first_client);
    crate::payments::whitelists::list_address(app, first_client, "bc1q").unwrap();
    crate::payments::whitelists::save_template(app, first_client, "Monthly");
    add("/api/v2/storage/values", json!({"key": "company", "value": "Acme", "type": "string"}));
    add("/api/v2/storage/tags", json!({"name": "Brand"}));
    add("/api/v2/folders", json!({"name": "Contracts"}));
    add("/api/v2/connections", json!({"name": "mail", "caption": "Mail", "provider": "SendGrid"}));
    let settings = json!({"url": "https://sms.example", "key": "k"});
    let provider = json!({"provider": "Custom", "name": "own", "caption": "Own", "settings": settings});
    add("/api/v2/confirmations/providers", provider);
    add(&format!("/api/v2/clients/{first_client}/folders"), json!({"name": "Letters"}));
    let document = Form::default().text("clientId", &first_client.to_string()).text("typeId", "1");
    upload(admin, "/api/v2/documents", document.file("files", "a.pdf", PDF));
    let document = Form::default().text("clientId", &client.to_string()).text("typeId", "1");
    upload(admin, "/api/v2/documents", document.file("files", "a.pdf", PDF));
    add("/api/v2/banners", json!({"type": "mobile", "url": "/dashboard"}));
    let event = json!({"name": "Review", "startDate": "2026-02-01T10:00:00Z", "endDate": "2026-02-01T11:00:00Z"});
    add("/api/v2/calendars/events", event);
    let listener = json!({
        "event": "AccountCreated", "handler": "AccountCreated", "workflow": "SendWebhookWorkflow",
        "workflowOptions": {"url": "https://example.com/"}, "isEnabled": false,
    });
    let listener = admin.create("/api/v2/events/listeners", &listener);
    admin.post(&format!("/api/v2/events/listeners/{listener}/test"), &json!({})).expect(202);
    let provider = json!({
        "caption": "Office", "issuer": "http://127.0.0.1:9", "clientId": "backoffice",
        "redirectUris": ["http://127.0.0.1/in"], "emailDomains": ["example.com"],
    });
    add("/api/v2/identity-providers", provider);
    let import = Form::default().text("type", "users").text("title", "Clients");
    upload(admin, "/api/v2/imports", import.file("file", "clients.csv", b"email,lastName,firstName\n"));
    add("/api/v2/approvals/policies", json!({"operation": "client-tags.update"}));
    let tag = first_of(admin, "/api/v2/tags", "id");
    admin.patch(&format!("/api/v2/tags/{tag}"), &json!({"name": "Waits"})).expect(202);
    client
}

#[track_caller]
fn upload(admin: &Client, path: &str, form: Form) {
    form.send(admin, path).expect(201);
}

fn first_of(admin: &Client, collection: &str, id: &str) -> String {
    let is_of_profile =
        collection.ends_with("/changes") && !["/password/", "/2fa/"].iter().any(|below| collection.contains(below));
    let query = if is_of_profile { "?filter[type]=email" } else { "" };
    let page = admin.get(&format!("{collection}{query}")).expect(200);
    let record = &page["data"][0];
    let id = [id, "id", "numericCode"].iter().find_map(|name| record.get(name)).unwrap_or(&Value::Null);
    assert!(id.is_number(), "no record in {collection}");
    id.to_string()
}

/// The path with ids of records that exist.
fn concrete(admin: &Client, template: &str) -> String {
    template.split('/').skip(1).fold(String::new(), |path, part| {
        let part = match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some("baseCurrency") => "USD".to_owned(),
            Some("quoteCurrency") => "EUR".to_owned(),
            Some("alphabeticCode") => "USD".to_owned(),
            Some("token") => "abc".to_owned(),
            // What clients are shown is read, and asks for nothing.
            Some("bannerId" | "valueId" | "groupId" | "currencyId" | "productId" | "preferenceId")
                if path.starts_with("/api/v2/my/") =>
            {
                "1".to_owned()
            }
            Some("type") if path.ends_with("/2fa") => "google".to_owned(),
            Some("provider" | "type") => "Twilio".to_owned(),
            Some("fileKey") => {
                let documents = path.replace("/files", "/documents");
                let file = admin.get(&documents).expect(200)["data"][0]["files"][0]["file"].clone();
                file.as_str().and_then(|path| path.rsplit('/').next()).expect("a file").to_owned()
            }
            // No list has them: the client's own folder, who sees a folder, and files of messages.
            Some("attachmentId") => "1".to_owned(),
            Some("folderId") if path.contains("/clients/") => "2".to_owned(),
            Some("groupId") if path.contains("/folders/") => first_of(admin, "/api/v2/groups", "id"),
            Some(id) => first_of(admin, &path, id),
            None => part.to_owned(),
        };
        format!("{path}/{part}")
    })
}

/// What a request lacks, as the server tells it.
fn lacking(answer: &Answer) -> BTreeSet<String> {
    let details = answer.body["error"]["details"].as_array().cloned().unwrap_or_default();
    let missing = details.iter().filter(|fault| answer.status == 400 && fault["issue"] == "is required");
    missing.filter_map(|fault| fault["field"].as_str()).map(ToOwned::to_owned).collect()
}

fn texts(values: &Value) -> BTreeSet<String> {
    values.as_array().into_iter().flatten().filter_map(Value::as_str).map(ToOwned::to_owned).collect()
}

/// The schema that this refers to.
fn schema_of<'a>(document: &'a Value, reference: &'a Value) -> &'a Value {
    let name = reference["$ref"].as_str().and_then(|name| name.rsplit('/').next());
    name.map_or(reference, |name| &document["components"]["schemas"][name])
}

fn parameters(operation: &Value) -> impl Iterator<Item = &Value> {
    operation["parameters"].as_array().unwrap().iter()
}

/// Holds one operation against the server, and gives what does not agree.
fn disagreement(caller: &Client, document: &Value, method: &str, path: &str, operation: &Value) -> Option<String> {
    let of_query = |parameter: &&Value| parameter["in"] == "query" && parameter["required"] == true;
    let mut documented: BTreeSet<String> = parameters(operation)
        .filter(of_query)
        .filter_map(|parameter| parameter["name"].as_str())
        .map(ToOwned::to_owned)
        .collect();
    let body = &operation["requestBody"];
    let is_form = body["content"].get("multipart/form-data").is_some();
    let kind = if is_form { "multipart/form-data" } else { "application/json" };
    documented.extend(texts(&schema_of(document, &body["content"][kind]["schema"])["required"]));
    let is_body_required = body["required"] == true;
    let send = |body| caller.call(method, path, body);
    let answers = match (method, is_form) {
        ("GET", _) => vec![send(None)],
        (_, true) => vec![Form::default().send(caller, path)],
        (_, false) => vec![send(Some(b"{}".as_slice())), send(Some(b""))],
    };
    let asked: Vec<(u16, BTreeSet<String>)> = answers.iter().map(|answer| (answer.status, lacking(answer))).collect();
    let agrees = asked.iter().all(|(status, lacking)| *lacking == documented && (*status == 400) != lacking.is_empty());
    let body_agrees = method == "GET" || is_body_required != documented.is_empty();
    (!agrees || !body_agrees).then(|| {
        format!("{method} {path}: documented {documented:?}, body required: {is_body_required}, asked {asked:?}")
    })
}

#[test]
fn what_is_required_is_what_the_server_asks_for() {
    let document = document();
    let setup = Setup { red_above_usd: Some("1"), ..Setup::default() };
    on_both_with(&setup, |app| {
        let admin = app.admin();
        let client = fill(app, &admin);
        let platform = first_of(&admin, "/api/v2/platforms", "id");
        let key = admin.post(&format!("/api/v2/platforms/{platform}/keys"), &json!({"caption": "feed"})).expect(201);
        let feed = app.client.with_token(key["key"].as_str().unwrap());
        let mut disagreements = Vec::new();
        for (template, methods) in document["paths"].as_object().unwrap() {
            let is_of_client = template.starts_with("/api/v2/my/");
            // What is asked for before may end sessions of clients.
            let as_client = app.as_client(client);
            let path = concrete(if is_of_client { &as_client } else { &admin }, template);
            for (method, operation) in methods.as_object().unwrap() {
                // What is deleted, and the session, are needed for the others.
                if method == "delete" || template == "/api/v2/signout" {
                    continue;
                }
                // A signature of the body comes before its faults.
                if parameters(operation).any(|parameter| parameter["name"] == "X-Signature") {
                    continue;
                }
                let is_feed = operation["security"] == json!([{"platformKey": []}]);
                let caller = match (is_feed, is_of_client) {
                    (true, _) => &feed,
                    (false, true) => &as_client,
                    (false, false) => &admin,
                };
                disagreements.extend(disagreement(caller, &document, &method.to_uppercase(), &path, operation));
            }
        }
        assert!(disagreements.is_empty(), "{} disagree:\n{}", disagreements.len(), disagreements.join("\n"));
    });
}

#[test]
fn a_fault_of_another_parameter_is_told_and_a_client_who_does_not_exist_comes_first() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("ann@example.com", &json!({}));
        let changes = |client: i64, query: &str| admin.get(&format!("/api/v2/clients/{client}/changes{query}"));
        for (query, fields) in [
            ("", vec!["filter[type]"]),
            ("?filter[type]=", vec!["filter[type]"]),
            ("?filter[type]=email&limit=0", vec!["limit"]),
            ("?limit=0&filter[kind]=x", vec!["filter[kind]", "filter[type]", "limit"]),
        ] {
            let answer = changes(client, query);
            assert_eq!(answer.faulty_fields(), fields, "{query}");
            answer.expect(400);
            changes(999, query).expect(404);
        }
        assert_eq!(changes(client, "?filter[type]=phone").expect(200)["total"], json!(0));
    });
}
