//! The client withdraws money, and keeps the addresses to which they do.

use domain::payments::MethodDirection;
use serde_json::{Value, json};

use super::sign_in::code_of;
use crate::harness::orders::ReadyClient;
use crate::harness::{Bodies, Client, Setup, amount, on_both, on_both_with, with};
use crate::messaging::mail::{next, smtp_server};

const WIZARD: &str = "/api/v2/my/withdrawals/wizard";
const WITHDRAWALS: &str = "/api/v2/my/withdrawals";
const POLICIES: &str = "/api/v2/my/withdrawals/policies";
const BITCOIN: &str = "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2";

/// Begins a procedure: its uuid.
#[track_caller]
fn begin(client: &Client, wizard: &str) -> Value {
    let begun = client.unrecorded().get(wizard).expect(200);
    let step = (&begun["code"], &begun["data"], &begun["done"], &begun["workflow"]);
    assert_eq!(step, (&json!(200), &Value::Null, &json!(false), &json!("form")), "{begun}");
    begun["uuid"].clone()
}

fn order(ready: &ReadyClient, uuid: &Value, fields: &Value) -> Value {
    let order = json!({
        "uuid": uuid, "accountId": ready.account, "methodId": ready.method, "amount": 100, "currencyCode": 978,
    });
    with(order, fields)
}

#[test]
fn a_withdrawal_is_made_once_its_code_was_sent_back() {
    let (url, mails) = smtp_server();
    on_both_with(&Setup { smtp_url: Some(url), ..Setup::default() }, |app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal);
        let client = app.as_client(ready.client).unrecorded();
        let before = client.total("/api/v2/my/transactions");
        let uuid = begin(&client, WIZARD);
        let step = client.post(WITHDRAWALS, &order(&ready, &uuid, &json!({}))).expect(200);
        assert_eq!((&step["code"], &step["workflow"]), (&json!(200), &json!("email_confirmation")), "{step}");
        assert_eq!(step["data"]["provider"], json!("email"));
        assert_eq!(client.total("/api/v2/my/transactions"), before, "nothing moves before");
        let confirm = |code: &str| client.post(WIZARD, &json!({"uuid": uuid, "code": code, "type": null}));
        let code = code_of(&mails);
        confirm("x").refused(422, "wrongConfirmationCode");
        client.post(WIZARD, &json!({"uuid": uuid})).expect_faults(400, &[("code", "required")]);
        client.post(WITHDRAWALS, &order(&ready, &uuid, &json!({}))).refused(409, "stepOutOfOrder");
        let made = confirm(&code).expect(200);
        let end = (&made["code"], &made["done"], &made["workflow"]);
        assert_eq!(end, (&json!(202), &json!(true), &json!("terminate")), "{made}");
        assert_eq!((&made["data"]["status"], &made["data"]["type"]), (&json!("pending"), &json!("withdrawal")));
        assert_eq!(made["data"]["creditDetails"]["amount"], amount("88.2"));
        assert_eq!(admin.statement(ready.account)["hold"], amount("100"));
        confirm(&code).refused(404, "notFound");
        let log = admin.unrecorded().get("/api/v2/logs/messages?filter[eventName]=operation_created").expect(200);
        assert!(log["data"].to_string().contains("client@example.com"), "{log}");
        app.verify();
    });
}

#[test]
fn a_withdrawal_that_is_refused_leaves_the_run_where_it_is() {
    let (url, mails) = smtp_server();
    on_both_with(&Setup { smtp_url: Some(url), ..Setup::default() }, |app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal);
        let client = app.as_client(ready.client).unrecorded();
        let uuid = begin(&client, WIZARD);
        let send = |fields: &Value| client.post(WITHDRAWALS, &order(&ready, &uuid, fields));
        send(&json!({"amount": 1000})).expect_faults(422, &[("amount", "insufficientFunds")]);
        send(&json!({"methodId": 2})).expect_faults(422, &[("methodId", "unknown")]);
        send(&json!({"amount": 0})).expect_faults(400, &[("amount", "notPositive")]);
        let preview = send(&json!({"isPretend": true})).expect(200);
        assert_eq!((&preview["workflow"], &preview["data"]["status"]), (&json!("form"), &json!("new")), "{preview}");
        assert_eq!(preview["data"]["creditDetails"]["amount"], amount("88.2"));
        send(&json!({})).expect(200);
        let code = code_of(&mails);
        admin.change_balance(ready.account, "-200");
        let confirm = || client.post(WIZARD, &json!({"uuid": uuid, "code": code}));
        confirm().expect_faults(422, &[("amount", "insufficientFunds")]);
        admin.change_balance(ready.account, "200");
        confirm().expect(200);
        let (bob, _) = app.wallet(&admin, "bob@example.com", 840, "0");
        app.as_client(bob).unrecorded().post(WIZARD, &json!({"uuid": uuid, "code": code})).refused(404, "notFound");
        admin.permit(ready.client, &[]);
        let uuid = begin(&client, WIZARD);
        client.post(WITHDRAWALS, &order(&ready, &uuid, &json!({}))).refused(403, "clientPermissionMissing");
    });
}

#[test]
fn without_a_confirmation_in_its_wizard_a_withdrawal_is_made_at_once() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal);
        admin.permit(ready.client, &["withdrawals"]);
        let wizards = admin.get("/api/v2/wizards?limit=100").expect(200);
        let wizard = wizards["data"].as_array().unwrap().iter().find(|wizard| wizard["type"] == "withdrawal").unwrap();
        let steps = json!({"steps": [{"step": "form"}, {"step": "apply"}]});
        admin.patch(&format!("/api/v2/wizards/{}", wizard["id"]), &steps).expect(200);
        let client = app.as_client(ready.client).unrecorded();
        let uuid = begin(&client, WIZARD);
        let made = client.post(WITHDRAWALS, &order(&ready, &uuid, &json!({"data": {"comment": "rent"}}))).expect(200);
        assert_eq!((&made["code"], &made["data"]["status"]), (&json!(202), &json!("pending")), "{made}");
        app.verify();
    });
}

#[test]
fn an_address_is_listed_and_removed_once_that_is_confirmed() {
    let (url, mails) = smtp_server();
    on_both_with(&Setup { smtp_url: Some(url), ..Setup::default() }, |app| {
        let admin = app.admin();
        let [ann, bob] = ["ann@example.com", "bob@example.com"].map(|email| admin.new_client(email, &json!({})));
        let (as_ann, as_bob) = (app.as_client(ann).unrecorded(), app.as_client(bob).unrecorded());
        let uuid = begin(&as_ann, &format!("{POLICIES}/wizard"));
        let give = |fields: &Value| {
            let address = json!({"uuid": uuid, "name": "Savings", "walletAddress": BITCOIN, "currencyCode": 1000});
            as_ann.post(POLICIES, &with(address, fields))
        };
        give(&json!({"currencyCode": 840})).expect_faults(422, &[("currencyCode", "unknown")]);
        give(&json!({"walletAddress": "elsewhere"})).expect_faults(422, &[("walletAddress", "notWalletAddress")]);
        let step = give(&json!({"destinationTag": null})).expect(200);
        assert_eq!(step["workflow"], json!("email_confirmation"), "{step}");
        assert_eq!(as_ann.total(POLICIES), 0);
        let confirm = |uuid: &Value, code: &str| {
            as_ann.post(&format!("{POLICIES}/confirm"), &json!({"uuid": uuid, "code": code}))
        };
        let added = confirm(&uuid, &code_of(&mails)).expect(200);
        assert_eq!((&added["done"], &added["data"]["name"]), (&json!(true), &json!("Savings")), "{added}");
        let path = format!("{POLICIES}/{}", added["data"]["id"]);
        assert_eq!(as_ann.get(&path).expect(200), added["data"]);
        as_bob.get(&path).refused(404, "notFound");
        let again = begin(&as_ann, &format!("{POLICIES}/wizard"));
        give(&json!({"uuid": again})).expect_faults(409, &[("walletAddress", "addressListed")]);
        let uuid = begin(&as_ann, &format!("{POLICIES}/delete/wizard"));
        let named = |client: &Client| client.call("DELETE", &path, Some(json!({"uuid": uuid}).to_string().as_bytes()));
        named(&as_bob).refused(404, "notFound");
        named(&as_ann).expect(200);
        assert_eq!(as_ann.total(POLICIES), 1);
        confirm(&uuid, &code_of(&mails)).expect(200);
        assert_eq!(as_ann.total(POLICIES), 0);
        for event in ["whitelisted_address_created", "whitelisted_address_deleted"] {
            let log = admin.unrecorded().get(&format!("/api/v2/logs/messages?filter[eventName]={event}")).expect(200);
            assert_eq!(log["total"], json!(1), "{log}");
        }
    });
}

#[test]
fn withdrawals_are_restricted_at_once_and_freed_by_a_code() {
    let (url, mails) = smtp_server();
    on_both_with(&Setup { smtp_url: Some(url), ..Setup::default() }, |app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal);
        let client = app.as_client(ready.client).unrecorded();
        client.put(&format!("{POLICIES}/enable"), &json!({})).expect(204);
        let uuid = begin(&client, WIZARD);
        let to_wallet = order(&ready, &uuid, &json!({"data": {"wallet_address": "elsewhere"}}));
        client.post(WITHDRAWALS, &to_wallet).expect_faults(422, &[("data.wallet_address", "addressNotWhitelisted")]);
        let off = begin(&client, &format!("{POLICIES}/disable/wizard"));
        client.patch(&format!("{POLICIES}/disable"), &json!({"uuid": off})).expect(200);
        client.post(WITHDRAWALS, &to_wallet).expect(422);
        let confirmed = json!({"uuid": off, "code": code_of(&mails)});
        client.post(&format!("{POLICIES}/confirm"), &confirmed).expect(200);
        client.post(WITHDRAWALS, &to_wallet).expect(200);
        drop(next(&mails));
        let log = admin.unrecorded().get("/api/v2/logs/messages?filter[eventName]=whitelist_updated").expect(200);
        assert_eq!(log["total"], json!(2), "{log}");
    });
}

#[test]
fn bodies_of_withdrawals_are_as_they_were_reviewed() {
    let (url, mails) = smtp_server();
    on_both_with(&Setup { smtp_url: Some(url), ..Setup::default() }, |app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal);
        let client = app.as_client(ready.client).unrecorded();
        let mut bodies = Bodies::of(&client);
        let uuid = bodies.read(WIZARD)["uuid"].clone();
        bodies.ask(WITHDRAWALS, &order(&ready, &uuid, &json!({})), 200);
        bodies.ask(WIZARD, &json!({"uuid": uuid, "code": code_of(&mails)}), 200);
        let uuid = bodies.read(&format!("{POLICIES}/wizard"))["uuid"].clone();
        let address = json!({
            "uuid": uuid, "name": "Savings", "walletAddress": BITCOIN, "currencyCode": 1000, "destinationTag": "7",
        });
        bodies.ask(POLICIES, &address, 200);
        let code = json!({"uuid": uuid, "code": code_of(&mails)});
        bodies.ask(&format!("{POLICIES}/confirm"), &code, 200);
        bodies.first_of(POLICIES);
        bodies.first_of(&format!("{POLICIES}/currencies"));
        bodies.read(&format!("{POLICIES}/delete/wizard"));
        bodies.read(&format!("{POLICIES}/disable/wizard"));
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies_my_withdrawals", bodies.into_text());
        });
    });
}
