//! Listeners, and the webhooks that they are sent.

use serde_json::{Value, json};

use crate::harness::{Client, Gateway, Received, Setup, TestApp, on_both, on_both_with};

const LISTENERS: &str = "/api/v2/events/listeners";
const DELIVERIES: &str = "/api/v2/events/deliveries";

/// A listener of new clients, and the secret that signs its webhooks.
fn listen(admin: &Client, url: &str) -> (i64, String) {
    let listener = admin.post(LISTENERS, &body(url)).expect(201);
    let secret = listener["workflowOptions"]["secret"].as_str().expect("a secret").to_owned();
    (listener["id"].as_i64().unwrap(), secret)
}

fn body(url: &str) -> Value {
    json!({
        "event": "SuccessfulRegistration", "handler": "SuccessfulRegistration", "workflow": "SendWebhookWorkflow",
        "workflowOptions": {"url": url},
    })
}

/// Tokens that outlive a test that moves the clock.
fn lasting() -> Setup {
    Setup { has_lasting_tokens: true, ..Setup::default() }
}

/// Webhooks may reach this machine.
fn open_local(admin: &Client) {
    admin.patch("/api/v2/settings", &json!({"webhookHttpHosts": ["127.0.0.1"]})).expect(200);
}

fn newest(admin: &Client) -> Value {
    // How long an attempt took differs.
    admin.unrecorded().get(&format!("{DELIVERIES}?limit=1")).expect(200)["data"][0].clone()
}

/// Whether one of the signatures of a call is by this secret.
fn is_signed(call: &Received, secret: &str) -> bool {
    let key = outbound::webhooks::key_of(secret).expect("a key");
    let time = call.headers["webhook-timestamp"].parse().expect("seconds");
    let message = outbound::webhooks::Message {
        url: "",
        id: &call.headers["webhook-id"],
        time: chrono::DateTime::from_timestamp(time, 0).expect("a time").into(),
        body: &call.body,
        keys: &[key],
        open_hosts: &[],
    };
    let signature = outbound::webhooks::signatures(&message);
    call.headers["webhook-signature"].split(' ').any(|other| other == signature)
}

#[test]
fn an_event_is_posted_once_and_signed() {
    let receiver = Gateway::start();
    on_both(|app| {
        let admin = app.admin();
        open_local(&admin);
        let (listener, secret) = listen(&admin, &receiver.url);
        assert!(secret.starts_with("whsec_"));
        let shown = admin.get(&format!("{LISTENERS}/{listener}")).expect(200);
        assert_eq!(shown["workflowOptions"]["secret"], json!(null), "the secret is shown once");
        let before = receiver.calls().len();
        let client = admin.new_client("ann@example.com", &json!({}));
        app.run_jobs();
        app.run_jobs();
        let calls = receiver.calls();
        assert_eq!(calls.len(), before + 1);
        let call = calls.last().unwrap();
        assert!(is_signed(call, &secret), "{call:?}");
        assert!(call.headers["user-agent"].starts_with("backoffice/"));
        let sent: Value = serde_json::from_str(&call.body).unwrap();
        assert_eq!(sent["type"], json!("SuccessfulRegistration"));
        assert_eq!(
            (&sent["data"]["clientId"], &sent["data"]["clientEmail"]),
            (&json!(client), &json!("ann@example.com"))
        );
        let delivery = newest(&admin);
        assert_eq!((&delivery["status"], &delivery["attempts"][0]["statusCode"]), (&json!("delivered"), &json!(200)));
        assert_eq!(delivery["messageId"], json!(call.headers["webhook-id"]));
        assert_eq!(delivery["body"], sent);
        let path = format!("{DELIVERIES}/{}", delivery["id"]);
        assert_eq!(admin.unrecorded().get(&path).expect(200), delivery);
    });
}

#[test]
fn what_is_not_taken_is_posted_again_as_listed_until_it_has_failed() {
    let receiver = Gateway::start();
    on_both_with(&lasting(), |app| {
        receiver.answer(500);
        let admin = app.admin();
        open_local(&admin);
        listen(&admin, &receiver.url);
        let before = receiver.calls().len();
        admin.new_client("ann@example.com", &json!({}));
        for pause in [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000] {
            app.run_jobs();
            assert_eq!(newest(&admin)["status"], json!("pending"), "{pause}");
            app.advance(pause - 1);
            let calls = receiver.calls().len();
            app.run_jobs();
            assert_eq!(receiver.calls().len(), calls, "it waits {pause} seconds");
            app.advance(1);
        }
        app.run_jobs();
        let delivery = newest(&admin);
        assert_eq!((&delivery["status"], &delivery["nextAttemptAt"]), (&json!("failed"), &json!(null)));
        assert_eq!(delivery["attempts"].as_array().unwrap().len(), 8);
        let calls = receiver.calls();
        assert_eq!(calls.len(), before + 8);
        let ids: std::collections::BTreeSet<&String> =
            calls[before..].iter().map(|call| &call.headers["webhook-id"]).collect();
        assert_eq!(ids.len(), 1, "each attempt has the same id");
        receiver.answer(200);
        admin.unrecorded().post(&format!("{DELIVERIES}/{}/redeliver", delivery["id"]), &json!({})).expect(202);
        app.run_jobs();
        assert_eq!(newest(&admin)["status"], json!("delivered"));
    });
}

#[test]
fn what_was_told_is_forgotten_after_90_days() {
    let receiver = Gateway::start();
    on_both_with(&lasting(), |app| {
        let admin = app.admin();
        open_local(&admin);
        listen(&admin, &receiver.url);
        let ann = admin.new_client("ann@example.com", &json!({}));
        app.run_jobs();
        let events = |client: i64| {
            app.database.read(move |conn| storage::messaging::events::of_client(conn, client.into())).unwrap().len()
        };
        app.advance(90 * 86_400);
        app.sweep();
        assert_eq!((events(ann), admin.unrecorded().total(DELIVERIES)), (1, 1));
        receiver.answer(500);
        let bob = admin.new_client("bob@example.com", &json!({}));
        app.run_jobs();
        app.advance(1);
        app.sweep();
        assert_eq!(
            (events(ann), events(bob), admin.unrecorded().total(DELIVERIES)),
            (0, 1, 1),
            "the one that waits stays"
        );
        receiver.answer(200);
    });
}

#[test]
fn both_secrets_sign_for_a_day_after_a_rotation() {
    let receiver = Gateway::start();
    on_both_with(&lasting(), |app| {
        let admin = app.admin();
        open_local(&admin);
        let (listener, old) = listen(&admin, &receiver.url);
        let rotated = admin.post(&format!("{LISTENERS}/{listener}/secret"), &json!({})).expect(200);
        let new = rotated["secret"].as_str().unwrap();
        assert_eq!(rotated["oldSecretExpiresAt"], json!(app.time(86_400)));
        let test = |admin: &Client| {
            admin.post(&format!("{LISTENERS}/{listener}/test"), &json!({})).expect(202);
            app.run_jobs();
            receiver.calls().last().unwrap().clone()
        };
        let call = test(&admin);
        assert!(is_signed(&call, &old) && is_signed(&call, new));
        assert_eq!(serde_json::from_str::<Value>(&call.body).unwrap()["type"], json!("test"));
        app.advance(86_400);
        let call = test(&app.admin());
        assert!(!is_signed(&call, &old) && is_signed(&call, new));
        let log = admin_log(app);
        assert!(!log.contains(new) && !log.contains(&old), "secrets are not in the log");
    });
}

fn admin_log(app: &TestApp) -> String {
    app.admin().get("/api/v2/logs/messages?limit=100").expect(200).to_string()
}

#[test]
fn nothing_inside_is_called_unless_a_setting_lists_it() {
    let receiver = Gateway::start();
    on_both(|app| {
        let admin = app.admin();
        let before = receiver.calls().len();
        let port = receiver.url.split(':').nth(2).unwrap().to_owned();
        let inside = [
            receiver.url.clone(),
            format!("http://localhost:{port}"),
            format!("https://[::1]:{port}"),
            "https://169.254.169.254/latest".into(),
            "https://10.0.0.1/".into(),
            format!("https://127.0.0.1:{port}"),
            format!("https://[::ffff:127.0.0.1]:{port}"),
        ];
        for url in inside {
            let (listener, _) = listen(&admin, &url);
            admin.post(&format!("{LISTENERS}/{listener}/test"), &json!({})).expect(202);
            app.run_jobs();
            let attempt = &newest(&admin)["attempts"][0];
            let error = attempt["error"].as_str().unwrap_or_default();
            assert!(error.contains("webhookHttpHosts"), "{url}: {attempt}");
            assert_eq!(attempt["statusCode"], json!(null));
            admin.delete(&format!("{LISTENERS}/{listener}")).expect(204);
        }
        assert_eq!(receiver.calls().len(), before);
        open_local(&admin);
        receiver.answer(302);
        let (listener, _) = listen(&admin, &receiver.url);
        admin.post(&format!("{LISTENERS}/{listener}/test"), &json!({})).expect(202);
        app.run_jobs();
        assert!(newest(&admin)["attempts"][0]["error"].as_str().unwrap().contains("redirect"));
        assert_eq!(receiver.calls().len(), before + 1);
        receiver.answer(200);
    });
}

#[test]
fn a_receiver_that_wants_no_more_or_fails_for_days_switches_its_listener_off() {
    let receiver = Gateway::start();
    on_both_with(&lasting(), |app| {
        receiver.answer(410);
        let admin = app.admin();
        open_local(&admin);
        let (listener, _) = listen(&admin, &receiver.url);
        let path = format!("{LISTENERS}/{listener}");
        let test = |admin: &Client| {
            admin.post(&format!("{path}/test"), &json!({})).expect(202);
            app.run_jobs();
        };
        test(&admin);
        assert_eq!(admin.get(&path).expect(200)["isEnabled"], json!(false));
        assert_eq!(newest(&admin)["status"], json!("failed"));
        admin.patch(&path, &json!({"isEnabled": true})).expect(200);
        receiver.answer(500);
        for (email, is_enabled) in [("ann@example.com", true), ("eve@example.com", false)] {
            admin.new_client(email, &json!({}));
            for _ in 0..8 {
                app.run_jobs();
                app.advance(36_000);
            }
            assert_eq!(newest(&admin)["status"], json!("failed"));
            assert_eq!(admin.get(&path).expect(200)["isEnabled"], json!(is_enabled), "{email}");
            app.advance(2 * 86_400);
        }
        let calls = receiver.calls().len();
        admin.new_client("tom@example.com", &json!({}));
        app.run_jobs();
        assert_eq!(receiver.calls().len(), calls, "it is sent nothing more");
        receiver.answer(200);
    });
}

#[test]
fn a_transfer_listener_looks_at_platforms_and_the_amount() {
    let receiver = Gateway::start();
    on_both(|app| {
        let admin = app.admin();
        open_local(&admin);
        let (client, first) = app.wallet(&admin, "ann@example.com", 840, "1000");
        let second = app.open_account(&admin, client, "personal", 840);
        let platform = admin.get(&format!("/api/v2/accounts/{second}")).expect(200)["platform"]["id"].clone();
        let listener = json!({
            "event": "TransferEvent", "handler": "TransferEvent", "workflow": "SendWebhookWorkflow",
            "handlerOptions": {"destinationPlatformId": platform, "minAmount": "100"},
            "workflowOptions": {"url": receiver.url},
        });
        admin.create(LISTENERS, &listener);
        let before = receiver.calls().len();
        for amount in ["99.99", "100"] {
            let transfer = json!({"clientId": client, "sourceId": first, "destinationId": second, "amount": amount});
            admin.post("/api/v2/transfers", &transfer).expect(201);
        }
        app.run_jobs();
        let calls = receiver.calls();
        assert_eq!(calls.len(), before + 1);
        let sent: Value = serde_json::from_str(&calls.last().unwrap().body).unwrap();
        assert_eq!((&sent["data"]["amount"], &sent["data"]["currency"]), (&json!("100"), &json!("USD")));
    });
}

#[test]
fn a_listener_names_what_exists_and_fits() {
    on_both(|app| {
        let admin = app.admin();
        let post =
            |changes: Value| admin.post(LISTENERS, &crate::harness::with(body("https://example.com/"), &changes));
        post(json!({"handler": "AccountCreated"})).expect_faults(400, &[("handler", "handlerMismatch")]);
        post(json!({"workflowOptions": {}})).expect_faults(400, &[("workflowOptions.url", "optionMissing")]);
        let wrong = json!({"workflowOptions": {"url": "ftp://example.com", "secret": "short"}});
        post(wrong).expect_faults(
            400,
            &[("workflowOptions.secret", "notSigningSecret"), ("workflowOptions.url", "invalidValue")],
        );
        let transfer = json!({"event": "TransferEvent", "handler": "TransferEvent"});
        post(transfer).expect_faults(400, &[("handlerOptions.destinationPlatformId", "optionMissing")]);
        let transfer = json!({
            "event": "TransferEvent", "handler": "TransferEvent", "handlerOptions": {"destinationPlatformId": 99},
        });
        post(transfer).expect_faults(422, &[("handlerOptions.destinationPlatformId", "unknown")]);
        let mail = json!({
            "workflow": "SendNotificationWorkflow", "workflowOptions": {"emails": ["a@example.com"], "type": "nothing"},
        });
        post(mail).expect_faults(422, &[("workflowOptions.type", "unknown")]);
        let mail = json!({
            "workflow": "SendNotificationWorkflow",
            "workflowOptions": {"emails": ["a@example.com"], "type": "balanceWarning"},
        });
        let listener = post(mail).expect(201)["id"].clone();
        admin.post(&format!("{LISTENERS}/{listener}/test"), &json!({})).refused(422, "noWebhook");
        admin.post(&format!("{LISTENERS}/{listener}/secret"), &json!({})).refused(422, "noWebhook");
    });
}

#[test]
fn the_names_are_told_in_arrays() {
    on_both(|app| {
        let admin = app.admin();
        let names = |path: &str| admin.get(path).expect(200);
        let types = names("/api/v2/events/listeners/types");
        assert_eq!(names("/api/v2/events/listeners/handlers"), types);
        assert!(types.as_array().unwrap().contains(&json!("TransferEvent")));
        let workflows = json!(["SendNotificationWorkflow", "SendWebhookWorkflow"]);
        assert_eq!(names("/api/v2/events/listeners/workflows"), workflows);
        let types = names("/api/v2/events/notifications/types");
        assert!(types.as_array().unwrap().contains(&json!("TransactionVerifyingEvent")));
        assert!(!types.as_array().unwrap().contains(&json!("requestApproved")));
    });
}

#[test]
fn a_listener_that_becomes_a_webhook_gets_a_secret_and_one_that_has_it_rotates_it() {
    let receiver = Gateway::start();
    on_both(|app| {
        let admin = app.admin();
        open_local(&admin);
        let mail = json!({
            "workflow": "SendNotificationWorkflow",
            "workflowOptions": {"emails": ["a@example.com"], "type": "balanceWarning"},
        });
        let listener = admin.create(LISTENERS, &crate::harness::with(body(""), &mail));
        let path = format!("{LISTENERS}/{listener}");
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let webhook =
            json!({"workflow": "SendWebhookWorkflow", "workflowOptions": {"url": receiver.url, "secret": secret}});
        let changed = admin.patch(&path, &webhook).expect(200);
        assert_eq!(changed["workflowOptions"]["secret"], json!(secret));
        admin.post(&format!("{path}/test"), &json!({})).expect(202);
        app.run_jobs();
        assert!(is_signed(receiver.calls().last().unwrap(), secret));
        let other = json!({"workflowOptions": {"secret": secret}});
        admin.patch(&path, &other).expect_faults(400, &[("workflowOptions.secret", "secretRotated")]);
    });
}

#[test]
fn deliveries_are_seen_as_their_clients_are() {
    let receiver = Gateway::start();
    on_both(|app| {
        let admin = app.admin();
        open_local(&admin);
        let tag = admin.create("/api/v2/tags", &json!({"name": "VIP"}));
        listen(&admin, &receiver.url);
        let vip = admin.new_client("vip@example.com", &json!({"tagIds": [tag]}));
        let other = admin.new_client("other@example.com", &json!({}));
        app.run_jobs();
        let rights = ["eventDeliveries.read", "eventListeners.update", "systemLogs.read"];
        let fields = json!({"clientTags": [tag], "canViewMaskedData": false});
        let (_, ann) = app.user_of("ann", &rights, &fields);
        let ann = ann.unrecorded();
        let seen = ann.get(DELIVERIES).expect(200);
        assert_eq!(seen["total"], json!(1));
        let data = &seen["data"][0]["body"]["data"];
        assert_eq!((&data["clientId"], &data["clientEmail"]), (&json!(vip), &json!("v***@example.com")));
        let all = admin.unrecorded().get(DELIVERIES).expect(200);
        let of_other =
            all["data"].as_array().unwrap().iter().find(|one| one["body"]["data"]["clientId"] == json!(other));
        let hidden = of_other.unwrap()["id"].clone();
        let bob = app.user_with("bob", &["eventListeners.update"]);
        bob.post(&format!("{DELIVERIES}/{hidden}/redeliver"), &json!({})).refused(403, "redeliveryNotAllowed");
        ann.get(&format!("{DELIVERIES}/{hidden}")).expect(404);
        ann.post(&format!("{DELIVERIES}/{hidden}/redeliver"), &json!({})).expect(404);
        ann.post(&format!("{DELIVERIES}/{}/redeliver", seen["data"][0]["id"]), &json!({})).expect(202);
        assert!(!ann.get("/api/v2/logs/messages?limit=5").expect(200).to_string().contains("vip@example.com"));
    });
}

#[test]
fn a_delivery_that_was_given_up_is_posted_when_an_operator_retries_it() {
    let receiver = Gateway::start();
    on_both_with(&lasting(), |app| {
        receiver.answer(500);
        let admin = app.admin();
        open_local(&admin);
        listen(&admin, &receiver.url);
        admin.new_client("ann@example.com", &json!({}));
        for _ in 0..8 {
            app.run_jobs();
            app.advance(36_000);
        }
        assert_eq!(newest(&admin)["status"], json!("failed"));
        receiver.answer(200);
        let retried = app.database.write(|tx| {
            let dead = storage::platform::queue::Filter { dead_only: true, ..Default::default() };
            let dead = storage::platform::queue::list(tx.conn, &dead, tx.now, 1)?;
            storage::platform::queue::retry(tx, dead[0].id)
        });
        retried.unwrap();
        app.run_jobs();
        assert_eq!(newest(&admin)["status"], json!("delivered"));
    });
}
