//! The withdrawals that the client saves.

use serde_json::{Value, json};

use crate::harness::{on_both, with};

const PATTERNS: &str = "/api/v2/my/withdrawals/patterns";

fn template(name: &str, fields: &Value) -> Value {
    let data = json!({"account_id": 1, "amount": "0.50", "currency_code": 978, "method_id": 9});
    json!({"name": name, "data": with(data, fields)})
}

#[test]
fn a_client_saves_changes_and_removes_templates() {
    on_both(|app| {
        let admin = app.admin();
        let [ann, bob] = ["ann@example.com", "bob@example.com"].map(|email| admin.new_client(email, &json!({})));
        let (as_ann, as_bob) = (app.as_client(ann), app.as_client(bob));
        let data = json!({"groupName": "Fiat", "data": {"wallet_address": null, "comment": "rent", "iban": 7}});
        let saved = as_ann.post(PATTERNS, &template("Rent", &data)).expect(201);
        let expected = json!({
            "account_id": 1, "amount": "0.50", "currency_code": 978, "method_id": 9, "groupName": "Fiat",
            "data": {"wallet_address": null, "comment": "rent", "iban": "7"},
        });
        assert_eq!(saved["data"], expected);
        let path = format!("{PATTERNS}/{}", saved["id"]);
        as_ann.post(PATTERNS, &template("RENT", &json!({}))).expect_faults(409, &[("name", "taken")]);
        as_bob.post(PATTERNS, &template("Rent", &json!({}))).expect(201);
        as_ann.post(PATTERNS, &template("Food", &json!({}))).expect(201);
        as_ann.patch(&path, &json!({"name": "food"})).expect_faults(409, &[("name", "taken")]);
        app.advance(60);
        let changed = as_ann.put(&path, &json!({"name": "RENT"})).expect(200);
        assert_eq!((&changed["name"], &changed["data"]), (&json!("RENT"), &expected));
        assert_ne!(changed["updateTime"], saved["updateTime"]);
        assert_eq!(as_ann.get(&path).expect(200), changed);
        assert_eq!((as_ann.total(PATTERNS), as_ann.total(&format!("{PATTERNS}?filter[name]=oo"))), (2, 1));
        for answer in [as_bob.get(&path), as_bob.patch(&path, &json!({})), as_bob.delete(&path)] {
            answer.refused(404, "notFound");
        }
        as_ann.delete(&path).expect(204);
        as_ann.get(&path).refused(404, "notFound");
        let log = admin.get("/api/v2/logs/messages?filter[eventName]=withdrawal_template_deleted").expect(200);
        assert_eq!(log["total"], json!(1), "{log}");
    });
}

#[test]
fn all_faults_of_a_template_are_told() {
    on_both(|app| {
        let as_ann = app.as_client(app.admin().new_client("ann@example.com", &json!({})));
        let refused = |body: &Value, faults: &[(&str, &str)]| as_ann.post(PATTERNS, body).expect_faults(400, faults);
        let faults = [
            ("data.account_id", "required"),
            ("data.amount", "notPositive"),
            ("data.currency_code", "required"),
            ("data.method_id", "notInteger"),
            ("name", "required"),
        ];
        refused(&json!({"data": {"amount": "0", "method_id": "x"}}), &faults);
        refused(&json!({"name": "Rent", "data": "x"}), &[("data", "notObject")]);
    });
}
