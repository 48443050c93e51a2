//! Passwords of trading accounts, which their platforms keep.

use std::sync::mpsc::Receiver;

use serde_json::{Value, json};

use crate::harness::{Bodies, Client, Gateway, Setup, TestApp, on_both_with};
use crate::messaging::mail::{next, smtp_server};

const NEW: &str = "Secret124";

fn with_mail(test: impl Fn(&TestApp, &Receiver<String>)) {
    let (url, mails) = smtp_server();
    on_both_with(&Setup { smtp_url: Some(url), ..Setup::default() }, |app| test(app, &mails));
}

/// What follows these words in the next mail that has them.
fn after(mails: &Receiver<String>, words: &str) -> String {
    loop {
        if let Some((_, rest)) = next(mails).split_once(words) {
            return rest.to_owned();
        }
    }
}

fn code(mails: &Receiver<String>) -> String {
    after(mails, "confirmation code is ")[..6].to_owned()
}

/// A client with a trading account on a platform that is asked at the gateway.
struct Trader {
    id: i64,
    client: Client,
    product: i64,
    account: i64,
    /// Of the account's password.
    path: String,
}

impl Trader {
    fn prepare(app: &TestApp, admin: &Client, gateway: &Gateway) -> Self {
        let id = admin.new_client("ann@example.com", &json!({}));
        let product = app.open_product(admin, "trade", &[840]);
        admin.connect(admin.platform_of(product), gateway);
        let account = admin.new_account(id, product, 840);
        let path = format!("/api/v2/my/accounts/{account}/password");
        Self { id, client: app.as_client(id).unrecorded(), product, account, path }
    }
}

#[test]
fn a_password_is_set_at_the_platform_once_a_code_confirms_it() {
    with_mail(|app, mails| {
        let (admin, gateway) = (app.admin(), Gateway::start());
        let Trader { client: ann, path, account, .. } = Trader::prepare(app, &admin, &gateway);
        let begun = ann.get(&format!("{path}/wizard")).expect(200);
        assert_eq!(begun["workflow"], json!("email_confirmation"));
        let uuid = &begun["uuid"];
        let mailed = code(mails);
        let change = |password: &str| ann.put(&path, &json!({"uuid": uuid, "password": password}));
        change(NEW).refused(409, "stepOutOfOrder");
        let confirm = |code: &str| ann.post(&format!("{path}/confirm"), &json!({"uuid": uuid, "code": code}));
        confirm("x").refused(422, "wrongConfirmationCode");
        assert_eq!(confirm(&mailed).expect(200)["workflow"], json!("apply"));
        change("weak").expect_faults(400, &[("password", "weakPassword")]);
        // The run stays where it is until the platform has the password.
        gateway.answer(500);
        change(NEW).refused(503, "unavailable");
        gateway.answer(422);
        change(NEW).refused(422, "refusedByPlatform");
        gateway.answer(200);
        assert_eq!(change(NEW).expect(200)["done"], json!(true));
        change(NEW).refused(404, "notFound");
        let asked = gateway.calls().last().unwrap().clone();
        assert!(asked.path.ends_with("/passwords"), "{}", asked.path);
        let sent: Value = serde_json::from_str(&asked.body).unwrap();
        assert_eq!(sent, json!({"account": admin.account_number(account), "password": NEW}));
        let logged = "/api/v2/logs/messages?filter[eventName]=account_password_updated";
        let logged = admin.unrecorded().get(logged).expect(200);
        assert_eq!(logged["total"], json!(1));
        assert!(!logged.to_string().contains(NEW), "{logged}");
    });
}

#[test]
fn a_new_password_is_made_and_mailed() {
    with_mail(|app, mails| {
        let (admin, gateway) = (app.admin(), Gateway::start());
        let Trader { client: ann, path, .. } = Trader::prepare(app, &admin, &gateway);
        gateway.answer(0);
        ann.post(&format!("{path}/restore"), &json!({})).refused(503, "unavailable");
        gateway.answer(200);
        let is_mailed = || {
            ann.post(&format!("{path}/restore"), &json!({})).expect(204);
            let sent: Value = serde_json::from_str(&gateway.calls().last().unwrap().body).unwrap();
            let (number, password) = (sent["account"].as_str().unwrap(), sent["password"].as_str().unwrap());
            after(mails, &format!("of your account {number} on ")).contains(password)
        };
        assert!(is_mailed());
        // A broker who switches the mail off locks nobody out.
        let types = admin.get("/api/v2/mails/notifications/types?limit=1000").expect(200);
        let all = types["data"].as_array().unwrap();
        let kind = all.iter().find(|kind| kind["name"] == json!("accountPassword")).unwrap();
        let off = json!({"isEnabled": false});
        admin.patch(&format!("/api/v2/mails/notifications/types/{}", kind["id"]), &off).expect(200);
        assert!(is_mailed());
        assert!(is_mailed() && is_mailed());
        ann.post(&format!("{path}/restore"), &json!({})).refused(429, "tooManyAttempts");
        app.advance(10 * 60);
        assert!(is_mailed());
    });
}

#[test]
fn a_repeated_call_makes_one_password() {
    with_mail(|app, _| {
        let (admin, gateway) = (app.admin(), Gateway::start());
        let Trader { client: ann, path, .. } = Trader::prepare(app, &admin, &gateway);
        let restore = |key: &str| ann.with("Idempotency-Key", key).post(&format!("{path}/restore"), &json!({}));
        gateway.answer(500);
        restore("one").refused(503, "unavailable");
        gateway.answer(200);
        restore("one").expect(204);
        let asked = gateway.calls().len();
        restore("one").expect(204);
        assert_eq!(gateway.calls().len(), asked, "the answer was kept");
        restore("two").expect(204);
        assert_eq!(gateway.calls().len(), asked + 1);
    });
}

#[test]
fn only_accounts_on_platforms_with_passwords_have_one() {
    with_mail(|app, _| {
        let (admin, gateway) = (app.admin(), Gateway::start());
        let Trader { id, client: ann, path, account, .. } = Trader::prepare(app, &admin, &gateway);
        let wallet = app.open_account(&admin, id, "personal", 840);
        let wallet = format!("/api/v2/my/accounts/{wallet}/password");
        ann.get(&format!("{wallet}/wizard")).refused(422, "noPlatformPassword");
        ann.post(&format!("{wallet}/restore"), &json!({})).refused(422, "noPlatformPassword");
        let other = app.as_client(admin.new_client("bob@example.com", &json!({}))).unrecorded();
        other.get(&format!("{path}/wizard")).refused(404, "notFound");
        other.post(&format!("{path}/restore"), &json!({})).refused(404, "notFound");

        let at = format!("/api/v2/accounts/{account}");
        admin.patch(&at, &json!({"permissions": ["visible", "trade"]})).expect(200);
        ann.get(&format!("{path}/wizard")).refused(422, "accountPermissionMissing");
        admin.patch(&at, &json!({"permissions": ["visible", "enabled"]})).expect(200);
        admin.post(&format!("{at}/archive"), &json!({})).expect(200);
        ann.get(&format!("{path}/wizard")).refused(409, "archived");
        ann.post(&format!("{path}/restore"), &json!({})).refused(409, "archived");
        assert!(gateway.calls().is_empty(), "no platform was asked");
    });
}

#[test]
fn a_run_is_of_one_account() {
    with_mail(|app, mails| {
        let (admin, gateway) = (app.admin(), Gateway::start());
        let Trader { id, client: ann, product, path, .. } = Trader::prepare(app, &admin, &gateway);
        let second = admin.new_account(id, product, 840);
        let begun = ann.get(&format!("{path}/wizard")).expect(200);
        let confirmation = json!({"uuid": begun["uuid"], "code": code(mails)});
        ann.post(&format!("{path}/confirm"), &confirmation).expect(200);
        let body = json!({"uuid": begun["uuid"], "password": NEW});
        ann.put(&format!("/api/v2/my/accounts/{second}/password"), &body).refused(404, "notFound");
        assert!(gateway.calls().is_empty());
        ann.put(&path, &body).expect(200);
    });
}

#[test]
fn bodies_of_account_passwords_are_as_they_were_reviewed() {
    with_mail(|app, mails| {
        let (admin, gateway) = (app.admin(), Gateway::start());
        let Trader { client: ann, path, .. } = Trader::prepare(app, &admin, &gateway);
        let mut bodies = Bodies::of(&ann);
        let begun = bodies.read(&format!("{path}/wizard"));
        bodies.ask(&format!("{path}/confirm"), &json!({"uuid": begun["uuid"], "code": code(mails)}), 200);
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies_account_passwords", bodies.into_text());
        });
    });
}
