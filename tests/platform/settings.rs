//! The settings of the installation, and what they do.

use serde_json::{Value, json};
use storage::Error;
use storage::identity::sign_in;

use crate::files::{PDF, PNG, upload};
use crate::harness::form::Form;
use crate::harness::{ADMIN_EMAIL, ADMIN_PASSWORD, Answer, Client, TestApp, on_both, sql};

const SETTINGS: &str = "/api/v2/settings";
const LOG: &str = "/api/v2/logs/messages";

#[track_caller]
fn set(admin: &Client, fields: &Value) -> Value {
    admin.patch(SETTINGS, fields).expect(200)
}

fn stored(app: &TestApp) -> String {
    app.database.read(|conn| Ok::<_, Error>(sql::texts(conn, "SELECT data FROM settings"))).unwrap().concat()
}

#[test]
fn settings_change_one_by_one_and_others_stay() {
    on_both(|app| {
        let admin = app.admin();
        let before = admin.get(SETTINGS).expect(200);
        app.advance(60);
        let change = json!({
            "companyName": "Acme", "supportEmail": "help@example.com", "frontUrl": "https://acme.example",
            "twoFactorProviders": ["sms", "sms"], "webhookHttpHosts": ["Hooks.Example.com", "10.0.0.7"],
            "uploadTypes": ["Image/PNG"], "systemLogRetentionDays": "30", "signInLogRetentionDays": null,
            "mayChangeNickname": 0,
        });
        let after = admin.put(SETTINGS, &change).expect(200);
        let differing: Vec<&str> = after
            .as_object()
            .unwrap()
            .iter()
            .filter(|(name, value)| before[name.as_str()] != **value)
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(differing.len(), 10, "{differing:?}");
        assert_eq!(after["twoFactorProviders"], json!(["sms"]));
        assert_eq!(after["webhookHttpHosts"], json!(["10.0.0.7", "hooks.example.com"]));
        assert_eq!(after["uploadTypes"], json!(["image/png"]));
        assert_eq!(after["systemLogRetentionDays"], json!(30));
        assert_eq!(set(&admin, &json!({})), after);
        assert_eq!(admin.get(SETTINGS).expect(200), after);
        let cleared = set(&admin, &json!({"supportEmail": null, "uploadTypes": null}));
        assert_eq!((&cleared["supportEmail"], &cleared["uploadTypes"]), (&json!(null), &json!(null)));
    });
}

#[test]
fn all_that_is_wrong_is_told() {
    on_both(|app| {
        let admin = app.admin();
        let wrong = json!({
            "companyName": null, "supportEmail": "nobody", "frontUrl": "acme", "twoFactorProviders": ["mail"],
            "signInTries": 101, "signInBlockMinutes": 0, "confirmationTries": 1_000_001, "maxUploadBytes": 0,
            "systemLogRetentionDays": 36_501, "uploadTypes": ["png"], "webhookHttpHosts": ["https://a"],
            "captchaSecret": "", "smsCodeLifetimeMinutes": null,
        });
        let faults = [
            ("captchaSecret", "empty"),
            ("companyName", "null"),
            ("confirmationTries", "outOfRange"),
            ("frontUrl", "notLink"),
            ("maxUploadBytes", "outOfRange"),
            ("signInBlockMinutes", "outOfRange"),
            ("signInTries", "outOfRange"),
            ("smsCodeLifetimeMinutes", "null"),
            ("supportEmail", "notEmail"),
            ("systemLogRetentionDays", "outOfRange"),
            ("twoFactorProviders.0", "notOneOf"),
            ("uploadTypes.0", "notMediaType"),
            ("webhookHttpHosts.0", "notWebhookHost"),
        ];
        admin.patch(SETTINGS, &wrong).expect_faults(400, &faults);
        let largest = json!({"confirmationTries": 1_000_000, "systemLogRetentionDays": 36_500, "signInTries": 100});
        set(&admin, &largest);
    });
}

#[test]
fn whoever_may_read_the_settings_may_not_change_them_by_that() {
    on_both(|app| {
        let reader = app.user_with("reader", &["settings.read"]);
        reader.get(SETTINGS).expect(200);
        reader.patch(SETTINGS, &json!({})).refused(403, "permissionMissing");
        app.user_with("writer", &["settings.update"]).get(SETTINGS).refused(403, "permissionMissing");
    });
}

#[test]
fn secrets_are_sealed_and_masked_and_stay_until_they_are_sent_again() {
    on_both(|app| {
        let admin = app.admin();
        let secrets = json!({"captchaSecret": "s3cret-1", "slackBotToken": "s3cret-2", "telegramBotToken": "s3cret-3"});
        let shown = set(&admin, &secrets);
        for name in ["captchaSecret", "slackBotToken", "telegramBotToken"] {
            assert_eq!(shown[name], json!("***"), "{name}");
        }
        let sealed = stored(app);
        assert!(!sealed.contains("s3cret") && sealed.contains("sealed:"), "{sealed}");
        let logged = admin.get(LOG).expect(200);
        assert_eq!(logged["data"][0]["eventName"], json!("settings_updated"));
        assert!(!logged.to_string().contains("s3cret") && !logged.to_string().contains("sealed:"), "{logged}");
        let total = admin.total(LOG);
        set(&admin, &json!({"captchaSecret": "***", "slackBotToken": "***"}));
        assert_eq!((admin.total(LOG), stored(app)), (total, sealed.clone()), "nothing changed");
        set(&admin, &json!({"captchaSecret": "s3cret-4"}));
        assert_eq!(admin.total(LOG), total + 1, "another secret is a change, although both are masked");
        assert_eq!(set(&admin, &json!({"captchaSecret": null}))["captchaSecret"], json!(null));
        assert_eq!(
            set(&admin, &json!({"captchaSecret": "***"}))["captchaSecret"],
            json!(null),
            "there is none to keep"
        );
    });
}

#[test]
fn a_stored_secret_is_not_sent_to_another_address() {
    on_both(|app| {
        let admin = app.admin();
        set(&admin, &json!({"captchaSecret": "s3cret-1", "slackBotToken": "s3cret-2"}));
        let elsewhere = |fields: Value| -> Answer {
            let moved = json!({"captchaApiUrl": "https://a.example", "slackApiUrl": "https://a.example"});
            admin.patch(SETTINGS, &crate::harness::with(moved, &fields))
        };
        let both = [("captchaSecret", "secretForNewAddress"), ("slackBotToken", "secretForNewAddress")];
        elsewhere(json!({})).expect_faults(422, &both);
        elsewhere(json!({"captchaSecret": "***", "slackBotToken": "s3cret-2"})).expect_faults(422, &both[..1]);
        elsewhere(json!({"captchaSecret": null, "slackBotToken": "s3cret-2"})).expect(200);
        set(&admin, &json!({"telegramApiUrl": "https://a.example"}));
    });
}

fn attempt(app: &TestApp, password: &str) -> Answer {
    app.client.post("/api/v2/signin", &json!({"email": ADMIN_EMAIL, "password": password}))
}

#[test]
fn sign_in_is_blocked_as_the_settings_say() {
    on_both(|app| {
        let admin = app.admin();
        set(&admin, &json!({"signInTries": 2, "signInBlockMinutes": 60}));
        for _ in 0..2 {
            attempt(app, "Wrong123").expect(401);
        }
        let blocked = attempt(app, ADMIN_PASSWORD);
        assert_eq!(blocked.header("Retry-After"), Some("3601"));
        blocked.refused(429, "tooManyAttempts");
        app.advance(3_599);
        attempt(app, ADMIN_PASSWORD).expect(429);
        app.advance(1);
        attempt(app, ADMIN_PASSWORD).expect(200);
    });
}

#[test]
fn a_block_of_more_than_a_day_outlives_the_sweep() {
    on_both(|app| {
        let admin = app.admin();
        set(&admin, &json!({"signInTries": 1, "signInBlockMinutes": 3_000}));
        attempt(app, "Wrong123").expect(401);
        app.advance(2 * 86_400);
        app.sweep();
        attempt(app, ADMIN_PASSWORD).refused(429, "tooManyAttempts");
        app.advance(2 * 3_600);
        app.sweep();
        attempt(app, ADMIN_PASSWORD).expect(200);
    });
}

#[test]
fn uploads_keep_the_smaller_limit_and_the_kinds_in_both_lists() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("a@example.com", &json!({}));
        let document = |content: &[u8]| {
            let form = Form::default().text("clientId", &client.to_string()).text("typeId", "1");
            form.file("files", "a", content).send(&admin, "/api/v2/documents")
        };
        set(&admin, &json!({"maxUploadBytes": PNG.len(), "uploadTypes": ["image/png", "text/html"]}));
        upload(&admin, client, "a.png", PNG).expect(201);
        let longer = [PNG, b"x"].concat();
        upload(&admin, client, "a.png", &longer).expect_faults(413, &[("file", "tooManyBytes")]);
        document(&longer).expect_faults(413, &[("files", "tooManyBytes")]);
        let photo = Form::default().file("photo", "a.png", &longer);
        let photo = photo.send(&admin, &format!("/api/v2/clients/{client}/photo"));
        photo.expect_faults(413, &[("photo", "tooManyBytes")]);
        set(&admin, &json!({"maxUploadBytes": 1_000_000}));
        upload(&admin, client, "a.png", &longer).expect(201);
        upload(&admin, client, "a.pdf", PDF).expect_faults(400, &[("file", "unsupportedFile")]);
        upload(&admin, client, "a.txt", b"text").expect_faults(400, &[("file", "unsupportedFile")]);
        document(PDF).expect_faults(400, &[("files", "unsupportedFile")]);
        set(&admin, &json!({"uploadTypes": ["application/octet-stream"], "maxUploadBytes": null}));
        upload(&admin, client, "a.txt", b"text").expect(201);
        set(&admin, &json!({"uploadTypes": null}));
        upload(&admin, client, "a.pdf", PDF).expect(201);
    });
}

fn sign_ins(app: &TestApp) -> usize {
    app.database.read(|conn| sign_in::outcomes(conn, ADMIN_EMAIL)).unwrap().len()
}

#[test]
fn records_of_sign_ins_go_after_their_time() {
    on_both(|app| {
        let admin = app.admin();
        set(&admin, &json!({"signInLogRetentionDays": 10}));
        app.advance(10 * 86_400);
        app.sweep();
        assert_eq!(sign_ins(app), 1);
        app.advance(1);
        app.sweep();
        assert_eq!(sign_ins(app), 0);
    });
}

#[test]
fn records_of_the_audit_log_go_after_their_time_however_many_there_are() {
    on_both(|app| {
        let admin = app.admin();
        set(&admin, &json!({"companyName": "Acme"}));
        // More than a transaction deletes.
        for _ in 0..11 {
            app.run_sql(
                "INSERT INTO system_logs (actor, actor_key, actor_groups, event_category, event_action, event_name, \
                 operation, ip, request_id, details, create_time) SELECT actor, actor_key, actor_groups, event_category, \
                 event_action, event_name, operation, ip, request_id, details, create_time FROM system_logs",
            );
        }
        app.advance(86_401);
        app.sweep();
        let admin = app.admin();
        assert_eq!(admin.total(LOG), 2_048, "they are kept for ever unless it is said otherwise");
        set(&admin, &json!({"systemLogRetentionDays": 1}));
        app.sweep();
        assert_eq!(admin.total(LOG), 1);
    });
}
