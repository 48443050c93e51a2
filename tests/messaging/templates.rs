//! Types of mail and their texts, and the SMTP servers that mail goes to.

use serde_json::{Value, json};

use super::mail::{next, smtp_server, wait_until_told};
use crate::harness::{Client, Setup, on_both, on_both_with, sql};

const TYPES: &str = "/api/v2/mails/notifications/types";
const TEMPLATES: &str = "/api/v2/mails/notifications/templates";
const PROVIDERS: &str = "/api/v2/mail/providers";

/// The id of a delivered type.
fn type_of(admin: &Client, name: &str) -> i64 {
    let page = admin.get(&format!("{TYPES}?filter[name]={name}&limit=100")).expect(200);
    let of_name = |kind: &&Value| kind["name"] == json!(name);
    page["data"].as_array().unwrap().iter().find(of_name).expect("a type")["id"].as_i64().unwrap()
}

/// The text of a type in a language.
fn template_of(admin: &Client, kind: i64, locale: &str) -> Value {
    admin.get(&format!("{TEMPLATES}?filter[typeId]={kind}&filter[locale]={locale}")).expect(200)["data"][0].clone()
}

#[test]
fn what_the_system_sends_by_keeps_its_name_and_can_be_switched_off() {
    on_both(|app| {
        let admin = app.admin();
        let path = format!("{TYPES}/{}", type_of(&admin, "registerDone"));
        admin.patch(&path, &json!({"name": "other"})).expect_faults(409, &[("name", "deliveredType")]);
        admin.delete(&path).refused(409, "deliveredType");
        let changed = admin.patch(&path, &json!({"caption": "A new client", "isEnabled": false})).expect(200);
        assert_eq!((&changed["caption"], &changed["isEnabled"]), (&json!("A new client"), &json!(false)));
        let own = admin.create(TYPES, &json!({"name": "largeTransfer", "caption": "A large transfer"}));
        admin.post(TYPES, &json!({"name": "LARGETRANSFER", "caption": "x"})).expect_faults(409, &[("name", "taken")]);
        let text = json!({"typeId": own, "locale": "en_US", "subject": "s", "template": "<p>t</p>"});
        let text = admin.create(TEMPLATES, &text);
        admin.delete(&format!("{TYPES}/{own}")).refused(409, "inUse");
        admin.delete(&format!("{TEMPLATES}/{text}")).expect(204);
        let listener = json!({
            "event": "AccountCreated", "handler": "AccountCreated", "workflow": "SendNotificationWorkflow",
            "workflowOptions": {"emails": ["a@example.com"], "type": "largeTransfer"},
        });
        let listener = admin.create("/api/v2/events/listeners", &listener);
        admin.delete(&format!("{TYPES}/{own}")).refused(409, "inUse");
        let renamed = json!({"name": "hugeTransfer"});
        admin.patch(&format!("{TYPES}/{own}"), &renamed).expect_faults(409, &[("name", "inUse")]);
        admin.delete(&format!("/api/v2/events/listeners/{listener}")).expect(204);
        let told = json!({
            "event": "TestPassing", "userId": 1, "channels": ["slack"], "templates": {"slack": "largeTransfer"},
        });
        let told = admin.create("/api/v2/events/notifications", &told);
        admin.delete(&format!("{TYPES}/{own}")).refused(409, "inUse");
        admin.delete(&format!("/api/v2/events/notifications/{told}")).expect(204);
        admin.patch(&format!("{TYPES}/{own}"), &renamed).expect(200);
        admin.delete(&format!("{TYPES}/{own}")).expect(204);
    });
}

#[test]
fn a_type_has_one_text_in_each_language_and_an_enabled_one_renders() {
    on_both(|app| {
        let admin = app.admin();
        let kind = type_of(&admin, "registerDone");
        let post = |changes: Value| {
            let text =
                json!({"typeId": kind, "locale": "de_DE", "subject": "Hallo {firstName}", "template": "<p>Hallo</p>"});
            admin.post(TEMPLATES, &crate::harness::with(text, &changes))
        };
        post(json!({"locale": "en_US"})).expect_faults(409, &[("locale", "taken")]);
        post(json!({"typeId": 9_999})).expect_faults(422, &[("typeId", "unknown")]);
        post(json!({"locale": "German"})).expect_faults(400, &[("locale", "notLocale")]);
        let wrong =
            json!({"subject": "{typo}", "template": "<style>p { color: red }</style>{nobody}", "isEnabled": true});
        post(wrong.clone())
            .expect_faults(422, &[("subject", "unknownPlaceholder"), ("template", "unknownPlaceholder")]);
        let coded = json!({"subject": "{code}", "isEnabled": true});
        post(coded).expect_faults(422, &[("subject", "unknownPlaceholder")]);
        let draft = post(crate::harness::with(wrong, &json!({"isEnabled": false}))).expect(201)["id"].clone();
        let path = format!("{TEMPLATES}/{draft}");
        admin
            .patch(&path, &json!({"isEnabled": true, "subject": "Hallo"}))
            .expect_faults(422, &[("template", "unknownPlaceholder")]);
        admin.create("/api/v2/storage/values", &json!({"key": "nobody", "value": "<b>B</b>", "type": "html"}));
        admin.patch(&path, &json!({"isEnabled": true, "subject": "Hallo"})).expect(200);
        let pair = admin.get("/api/v2/storage/values?filter[key]=nobody").expect(200)["data"][0]["id"].clone();
        let pair = format!("/api/v2/storage/values/{pair}");
        admin.delete(&pair).refused(409, "inUse");
        admin.patch(&pair, &json!({"key": "somebody"})).refused(409, "inUse");
        admin.patch(&path, &json!({"template": "<p>Hallo</p>"})).expect(200);
        admin.delete(&pair).expect(204);
    });
}

#[test]
fn a_mail_is_in_the_language_of_the_client_with_values_escaped() {
    let (url, mails) = smtp_server();
    on_both_with(&Setup { smtp_url: Some(url), ..Setup::default() }, |app| {
        let admin = app.admin();
        admin.patch("/api/v2/settings", &json!({"companyName": "Acme & Co"})).expect(200);
        admin.create("/api/v2/storage/values", &json!({"key": "logo", "value": "<b>ACME</b>", "type": "html"}));
        let kind = type_of(&admin, "registerDone");
        let english = template_of(&admin, kind, "en_US");
        let text = json!({"template": "<p>{logo} Dear {firstName} {lastName}</p>", "subject": "Welcome {firstName}"});
        admin.patch(&format!("{TEMPLATES}/{}", english["id"]), &text).expect(200);
        let script = json!({"firstName": "<script>alert(1)</script>", "lastName": "Doe", "locale": "en_US"});
        admin.new_client("ann@example.com", &script);
        let mail = next(&mails).replace("=3D", "=");
        assert!(mail.contains("To: ann@example.com") && mail.contains("multipart/alternative"), "{mail}");
        assert!(mail.contains("<b>ACME</b> Dear &lt;script&gt;alert(1)&lt;/script&gt; Doe"), "{mail}");
        assert!(mail.contains("text/plain") && mail.contains("Dear <script>alert(1)</script> Doe"), "{mail}");
        admin.new_client("eva@example.com", &json!({"firstName": "Eva", "lastName": "Ruiz", "locale": "es_MX"}));
        let mail = next(&mails);
        assert!(mail.contains("To: eva@example.com") && mail.contains("se ha registrado"), "{mail}");
        admin.patch(&format!("{TYPES}/{kind}"), &json!({"isEnabled": false})).expect(200);
        admin.new_client("tom@example.com", &json!({"firstName": "Tom"}));
        wait_until_told(app);
        admin.patch(&format!("{TYPES}/{kind}"), &json!({"isEnabled": true})).expect(200);
        admin.new_client("zoe@example.com", &json!({"firstName": "Zoe", "lastName": "Doe", "locale": "ja_JP"}));
        let mail = next(&mails);
        assert!(mail.contains("To: zoe@example.com") && mail.contains("Dear Zoe Doe"), "the default language: {mail}");
        let default = |id: i64| admin.patch(&format!("/api/v2/localizations/{id}"), &json!({"isDefault": true}));
        default(2).expect(200);
        admin.new_client("kai@example.com", &json!({"locale": "ja_JP"}));
        let mail = next(&mails);
        assert!(mail.contains("To: kai@example.com") && mail.contains("se ha registrado"), "another default: {mail}");
        admin.patch("/api/v2/localizations/1", &json!({"isEnabled": false})).expect(200);
        admin.new_client("ian@example.com", &json!({"locale": "en_US"}));
        let mail = next(&mails);
        assert!(mail.contains("To: ian@example.com") && mail.contains("se ha registrado"), "disabled: {mail}");
    });
}

fn provider(url: &str, is_enabled: bool) -> Value {
    let (host, port) = url.trim_start_matches("smtp://").split_once(':').unwrap();
    json!({
        "caption": "Office", "host": host, "port": port, "sendFrom": "office@acme.example", "sendFromName": "Acme",
        "isEnabled": is_enabled,
    })
}

#[test]
fn mail_goes_to_the_first_enabled_connection_and_at_the_next_attempt_to_the_next() {
    let (url, mails) = smtp_server();
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    on_both(|app| {
        let admin = app.admin();
        let user = json!({"name": "Ann", "email": "ann@example.com", "password": "Another123", "sendNotify": "1"});
        admin.post("/api/v2/users", &user).refused(422, "mailNotConfigured");
        let broken = admin.create(PROVIDERS, &provider(&format!("smtp://{gone}"), true));
        admin.create(PROVIDERS, &provider(&url, true));
        admin.post("/api/v2/users", &user).expect(201);
        app.run_jobs();
        app.advance(60);
        app.run_jobs();
        let mail = next(&mails);
        assert!(mail.contains("From: Acme <office@acme.example>") && mail.contains("Another123"), "{mail}");
        let status = admin.get(&format!("{PROVIDERS}/{broken}/status")).expect(200);
        assert_eq!(status["isConnected"], json!(false));
        let attempts = "SELECT coalesce(error, 'sent') FROM mail_attempts ORDER BY id";
        let attempts = app.database.read(move |conn| Ok::<_, storage::Error>(sql::texts(conn, attempts))).unwrap();
        assert_eq!((attempts.len(), attempts[1].as_str()), (2, "sent"), "both attempts are noted: {attempts:?}");
    });
}

#[test]
fn one_connection_stays_enabled_and_its_password_is_shown_to_nobody() {
    let (url, _mails) = smtp_server();
    on_both(|app| {
        let admin = app.admin();
        let secret = json!({"username": "office", "password": "s3cret-word", "encryption": null});
        let first = admin.post(PROVIDERS, &crate::harness::with(provider(&url, true), &secret)).expect(201);
        assert_eq!(first["password"], json!("***"));
        let path = format!("{PROVIDERS}/{}", first["id"]);
        admin.patch(&path, &json!({"isEnabled": false})).expect_faults(409, &[("isEnabled", "lastProvider")]);
        admin.delete(&path).refused(409, "lastProvider");
        admin.patch(&path, &json!({"host": "other.example"})).expect_faults(422, &[("password", "passwordRequired")]);
        let kept = admin.patch(&path, &json!({"password": "***", "caption": "Main"})).expect(200);
        assert_eq!(kept["caption"], json!("Main"));
        admin.post(PROVIDERS, &json!({"host": "", "port": 0, "sendFrom": "x", "driver": "pop"})).expect_faults(
            400,
            &[
                ("caption", "required"),
                ("driver", "notOneOf"),
                ("host", "empty"),
                ("port", "outOfRange"),
                ("sendFrom", "notEmail"),
            ],
        );
        let second = admin.create(PROVIDERS, &provider(&url, true));
        admin.patch(&path, &json!({"isEnabled": false})).expect(200);
        admin.delete(&path).expect(204);
        admin.delete(&format!("{PROVIDERS}/{second}")).refused(409, "lastProvider");
        let log = admin.get("/api/v2/logs/messages?limit=100").expect(200).to_string();
        assert!(!log.contains("s3cret-word"));
    });
}
