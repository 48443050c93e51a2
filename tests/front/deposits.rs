//! The methods that the client can use, and deposits by them.

use domain::payments::MethodDirection;
use serde_json::{Value, json};

use crate::harness::orders::ReadyClient;
use crate::harness::{Client, MANUAL_DEPOSIT, amount, on_both, with};

const METHODS: &str = "/api/v2/my/deposits/methods";
const DEPOSITS: [&str; 2] = ["/api/v2/my/deposits/sync", "/api/v2/my/deposits"];

fn order(ready: &ReadyClient, fields: &Value) -> Value {
    let order = json!({"accountId": ready.account, "methodId": ready.method, "currencyCode": 978, "amount": 1000});
    with(order, fields)
}

#[test]
fn only_methods_that_the_client_can_use_are_there() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Deposit);
        let as_client = app.as_client(ready.client);
        let listed = as_client.get(METHODS).expect(200);
        assert_eq!((&listed["total"], &listed["data"][0]["id"]), (&json!(1), &json!(ready.method)));
        as_client.get(&format!("{METHODS}/{MANUAL_DEPOSIT}")).refused(404, "notFound");
        as_client.get(&format!("/api/v2/my/withdrawals/methods/{}", ready.method)).refused(404, "notFound");
        let method = format!("/api/v2/deposits/methods/{}", ready.method);
        let seen = |client: &Client, expected: i64| {
            assert_eq!(client.total(METHODS), expected);
            assert_eq!(client.total("/api/v2/my/deposits/currencies"), expected * 2);
            let status = client.get(&format!("{METHODS}/{}", ready.method)).status;
            assert_eq!(status, if expected == 1 { 200 } else { 404 });
        };
        admin.patch(&method, &json!({"isEnabled": false})).expect(200);
        seen(&as_client, 0);
        admin.patch(&method, &json!({"isEnabled": true})).expect(200);
        let body = json!({"name": "client_type", "isEnabled": true, "type": "deny", "ids": [1]});
        let restriction = admin.create(&format!("{method}/restrictions"), &body);
        seen(&as_client, 0);
        let refused = as_client.post(DEPOSITS[0], &order(&ready, &json!({})));
        refused.expect_faults(422, &[("methodId", "unknown")]);
        admin.patch(&format!("{method}/restrictions/{restriction}"), &json!({"isEnabled": false})).expect(200);
        seen(&as_client, 1);
    });
}

#[test]
fn methods_are_listed_by_group_and_currency() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Deposit);
        let as_client = app.as_client(ready.client);
        let group = json!({
            "name": "sepa", "caption": "Bank", "priority": 1,
            "resources": [{"key": "caption", "locale": "es_ES", "value": "Banco"}],
        });
        let group = admin.create("/api/v2/deposits/groups", &group);
        let off = admin.create("/api/v2/deposits/groups", &json!({"name": "off", "isEnabled": false}));
        admin
            .patch(&format!("/api/v2/deposits/methods/{}", ready.method), &json!({"groupIds": [group, off]}))
            .expect(200);
        let total = |filter: &str| as_client.total(&format!("{METHODS}?filter{filter}"));
        assert_eq!((total(&format!("[groupId]={group}")), total(&format!("[groupId]={off}"))), (1, 0));
        let code = "NumericCode]";
        assert_eq!(
            (total(&format!("[tradersRoomCurrency{code}=840")), total(&format!("[tradersRoomCurrency{code}=978"))),
            (1, 0)
        );
        assert_eq!(
            (total(&format!("[paymentSystemCurrency{code}=978")), total(&format!("[paymentSystemCurrency{code}=826"))),
            (1, 0)
        );
        let groups = as_client.with("Accept-Language", "es").get("/api/v2/my/deposits/groups").expect(200);
        assert_eq!((&groups["total"], &groups["data"][0]["caption"]), (&json!(1), &json!("Banco")));
        let method = as_client.get(&format!("{METHODS}/{}", ready.method)).expect(200);
        assert_eq!(method["groups"].as_array().unwrap().len(), 1);
    });
}

#[test]
fn a_deposit_waits_for_a_user_and_a_preview_changes_nothing() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Deposit);
        let as_client = app.as_client(ready.client);
        let before = as_client.total("/api/v2/my/transactions");
        for path in DEPOSITS {
            let shown = as_client.post(path, &order(&ready, &json!({"isPretend": true}))).expect(200);
            assert_eq!((&shown["type"], &shown["transaction"]), (&json!("preview"), &json!(null)));
            let details = &shown["data"]["creditDetails"];
            assert_eq!(
                (&details["amount"], &shown["data"]["debitDetails"]["commission"]),
                (&amount("1078"), &amount("20"))
            );
        }
        assert_eq!(as_client.total("/api/v2/my/transactions"), before);
        for (path, status) in DEPOSITS.into_iter().zip([200, 202]) {
            let made = as_client.post(path, &order(&ready, &json!({"isPretend": null}))).expect(status);
            assert_eq!((&made["type"], &made["data"]), (&json!("message"), &json!({})));
            assert_eq!(made["transaction"]["status"], json!("pending"));
            let request = admin.get("/api/v2/applications").expect(200)["data"][0].clone();
            assert_eq!((&request["type"], &request["ip"]), (&json!("deposit"), &json!("127.0.0.1")));
            let path = format!("/api/v2/transactions/{}", made["transaction"]["transactionId"]);
            admin.patch(&path, &json!({"status": "inProgress"})).expect(200);
        }
        assert_eq!(admin.statement(ready.account)["currentBalance"], amount("2406"));
        app.verify();
    });
}

#[test]
fn a_deposit_is_refused_by_the_rules_of_the_client() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Deposit);
        let (_, of_bob) = app.wallet(&admin, "bob@example.com", 840, "0");
        let as_client = app.as_client(ready.client);
        let ask = |fields: &Value| as_client.post(DEPOSITS[0], &order(&ready, fields));
        ask(&json!({"accountId": of_bob})).expect_faults(422, &[("accountId", "unknown")]);
        ask(&json!({"methodId": MANUAL_DEPOSIT})).expect_faults(422, &[("methodId", "unknown")]);
        ask(&json!({"currencyCode": 826})).expect_faults(422, &[("currencyCode", "notMethodCurrency")]);
        ask(&json!({"amount": "0"})).expect_faults(400, &[("amount", "notPositive")]);
        let permissions = format!("/api/v2/clients/{}/permissions", ready.client);
        let off = json!({"permissions": [{"name": "deposits", "isEnabled": false}]});
        admin.put(&permissions, &off).expect(200);
        ask(&json!({})).refused(403, "clientPermissionMissing");
    });
}

#[test]
fn the_fields_of_a_method_are_filled_in() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Deposit);
        let as_client = app.as_client(ready.client);
        let attributes = format!("/api/v2/deposits/methods/{}/attributes", ready.method);
        let bank = json!({
            "name": "bank", "caption": "Bank", "type": "autocomplete", "options": [{"key": "a", "value": "A"}],
        });
        admin.create(&attributes, &bank);
        admin.create(&attributes, &json!({"name": "iban", "caption": "IBAN", "type": "text", "rules": ["required"]}));
        let fields = as_client.get(&format!("{METHODS}/{}", ready.method)).expect(200)["fields"].clone();
        assert_eq!((&fields[0]["required"], &fields[1]["required"]), (&json!(false), &json!(true)));
        let ask = |data: Value| as_client.post(DEPOSITS[0], &order(&ready, &json!({"data": data})));
        let faults = [("data.bank", "notMethodFieldOption"), ("data.iban", "methodFieldMissing")];
        ask(json!({"bank": "b"})).expect_faults(422, &faults);
        ask(json!({"iban": ["x"]})).expect_faults(400, &[("data.iban", "notString")]);
        ask(json!(["x"])).expect_faults(400, &[("data", "notObject")]);
        let made = ask(json!({"bank": "a", "iban": 12, "more": "x"})).expect(200);
        let told = json!([{"key": "bank", "value": "a"}, {"key": "iban", "value": "12"}]);
        assert_eq!(made["transaction"]["meta"]["providerOptions"], told);
    });
}
