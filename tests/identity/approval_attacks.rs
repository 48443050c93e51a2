//! What was tried to get around a second pair of eyes, and what an approval must not give away.

use domain::payments::MethodDirection;
use serde_json::{Value, json};

use super::approvals::{Desk, MAY_ALL, POLICIES, approve, waits};
use crate::harness::on_both;
use crate::harness::orders::ReadyClient;

const LOGS: &str = "/api/v2/logs/messages";

#[test]
fn a_request_whose_amount_was_raised_meanwhile_is_not_approved() {
    on_both(|app| {
        let desk = Desk::of(app);
        let able = app.user_with("able", &["requests.read", "requests.update", "approvals.read", "approvals.update"]);
        let ready = ReadyClient::prepare(app, &desk.admin, MethodDirection::Withdrawal);
        ready.ask(app, "50").unwrap();
        let request =
            format!("/api/v2/applications/{}", desk.admin.get("/api/v2/applications").expect(200)["data"][0]["id"]);
        desk.cover("requests.approve");
        let asked = desk.admin.post(&format!("{request}/approve"), &json!({}));
        assert_eq!(asked.body["before"]["amount"], json!("50.000000000000000000"));
        let place = waits(asked);
        desk.admin.patch(&request, &json!({"amount": "100"})).expect(200);
        let failed = approve(&able, &place).expect(200);
        assert_eq!(failed["result"]["body"], Value::Null, "they see client data masked");
        assert_eq!((&failed["status"], &failed["result"]["status"]), (&json!("failed"), &json!(412)));
        assert_eq!(desk.admin.get(&request).expect(200)["status"], json!("pending"));
        app.verify();
    });
}

#[test]
fn no_api_key_decides_on_a_change() {
    on_both(|app| {
        let desk = Desk::of(app);
        let owner = app.user_with("owner", &[MAY_ALL, &["apiKeys.create", "apiKeys.read"]].concat());
        let key = json!({"name": "robot", "permissions": ["approvals.read", "approvals.update", "clients.update"]});
        let key = owner.post("/api/v2/api-keys", &key).expect(201)["key"].as_str().unwrap().to_owned();
        let client = desk.admin.new_client("ann@example.com", &json!({}));
        desk.cover("clients.update");
        let place = waits(desk.maker.patch(&format!("/api/v2/clients/{client}"), &json!({"firstName": "Anna"})));
        let by_key = app.client.with_token(&key);
        by_key.get(&place).expect(200);
        approve(&by_key, &place).refused(403, "notByApiKey");
        by_key.post(&format!("{place}/reject"), &json!({"comment": "no"})).refused(403, "notByApiKey");
        approve(&owner, &place).expect(200);
    });
}

#[test]
fn an_old_path_of_an_operation_waits_by_the_same_policy() {
    on_both(|app| {
        let desk = Desk::of(app);
        let client = desk.admin.new_client("ann@example.com", &json!({}));
        let folders = format!("/api/v2/clients/{client}/folders");
        let folder = desk.admin.create(&folders, &json!({"name": "Letters"}));
        desk.cover("client-files.folders.update");
        let singular = format!("/api/v2/clients/{client}/folder/{folder}");
        let asked = desk.admin.patch(&singular, &json!({"name": "Mail"}));
        let place = waits(asked);
        let able = app.user_with("able", &["clientFiles.update", "approvals.read", "approvals.update"]);
        assert_eq!(approve(&able, &place).expect(200)["status"], json!("approved"));
        let by_alias = json!({"operation": "client-files.folders.update-singular"});
        let refused = desk.admin.post(POLICIES, &by_alias);
        refused.expect_faults(422, &[("operation", "operationNotApprovable")]);
    });
}

#[test]
fn texts_that_the_maker_read_in_their_language_stay_as_they_are() {
    on_both(|app| {
        let desk = Desk::of(app);
        let able = app.user_with("able", &["currencies.update", "approvals.read", "approvals.update"]);
        let spanish = json!([{"key": "name", "locale": "es_ES", "value": "Dólar"}]);
        let path = "/api/v2/currencies/840";
        desk.admin.patch(path, &json!({"resources": spanish})).expect(200);
        let name = desk.admin.get(path).expect(200)["name"].clone();
        desk.cover("currencies.update");
        let maker = desk.admin.with("Accept-Language", "es");
        let read = maker.get(path).expect(200)["name"].clone();
        assert_eq!(read, json!("Dólar"));
        let place = waits(maker.patch(path, &json!({"name": read, "markupBuy": "0.5"})));
        assert_eq!(approve(&able, &place).expect(200)["status"], json!("approved"));
        let after = desk.admin.get(path).expect(200);
        assert_eq!((&after["name"], &after["markupBuy"]), (&name, &json!(0.5)));
    });
}

#[test]
fn a_maker_who_sees_other_data_by_then_changes_nothing() {
    on_both(|app| {
        let desk = Desk::of(app);
        let (id, maker) = app.user_of("masked", MAY_ALL, &json!({"canViewMaskedData": false}));
        let client = desk.admin.new_client("ann@example.com", &json!({}));
        desk.cover("clients.update");
        let path = format!("/api/v2/clients/{client}");
        let masked = maker.get(&path).expect(200)["firstName"].clone();
        let place = waits(maker.patch(&path, &json!({"firstName": masked, "city": "Rome"})));
        desk.admin.patch(&format!("/api/v2/users/{id}"), &json!({"canViewMaskedData": true})).expect(200);
        assert_eq!(approve(&desk.checker, &place).expect(200)["result"]["status"], json!(412));
        assert_eq!(desk.admin.get(&path).expect(200)["firstName"], json!("John"));
    });
}

#[test]
fn the_audit_log_tells_who_asked_and_not_for_what() {
    on_both(|app| {
        let desk = Desk::of(app);
        let client = desk.admin.new_client("ann@example.com", &json!({}));
        desk.cover("clients.update");
        let asked = desk.maker.patch(&format!("/api/v2/clients/{client}"), &json!({"email": "eve@example.com"}));
        let maker = asked.body["maker"]["id"].clone();
        waits(asked);
        let logged = desk.admin.get(&format!("{LOGS}?limit=1&total=false")).expect(200)["data"][0].clone();
        assert_eq!(logged["eventName"], json!("approval_created"));
        assert_eq!(logged["details"]["new"]["makerId"], maker);
        assert!(!logged["details"].to_string().contains("example.com"), "{logged}");
    });
}

#[test]
fn that_nobody_decided_in_time_is_in_the_audit_log() {
    on_both(|app| {
        let desk = Desk::of(app);
        let client = desk.admin.new_client("ann@example.com", &json!({}));
        desk.cover("clients.update");
        waits(desk.maker.patch(&format!("/api/v2/clients/{client}"), &json!({"firstName": "Anna"})));
        app.advance(72 * 3600);
        app.sweep();
        let logged = app.admin().get(&format!("{LOGS}?limit=5&total=false")).expect(200);
        let is_of_approval = |record: &&Value| record["eventName"] == json!("approval_updated");
        let expired = logged["data"].as_array().unwrap().iter().find(is_of_approval).expect("a record");
        assert_eq!((&expired["actor"], &expired["details"]["new"]["status"]), (&json!(""), &json!("expired")));
    });
}

#[test]
fn what_was_asked_for_of_a_client_who_was_never_made_is_wiped() {
    on_both(|app| {
        let desk = Desk::of(app);
        let able = app.user_with("able", &["clients.create", "approvals.read", "approvals.update"]);
        desk.cover("clients.create");
        let new = json!({"email": "eve@example.com", "firstName": "Eve", "lastName": "Roe"});
        let place = waits(desk.admin.post("/api/v2/clients", &new));
        let rejected = able.post(&format!("{place}/reject"), &json!({"comment": "no"})).expect(200);
        assert_eq!((&rejected["status"], &rejected["body"]), (&json!("rejected"), &json!({})));
    });
}

#[test]
fn approvals_are_kept_as_long_as_the_audit_log() {
    on_both(|app| {
        let desk = Desk::of(app);
        let client = desk.admin.new_client("ann@example.com", &json!({}));
        desk.admin.patch("/api/v2/settings", &json!({"systemLogRetentionDays": 30})).expect(200);
        desk.cover("clients.update");
        let place = waits(desk.maker.patch(&format!("/api/v2/clients/{client}"), &json!({"firstName": "Anna"})));
        for (days, kept) in [(29, 1), (2, 0)] {
            app.advance(days * 86_400);
            app.sweep();
            assert_eq!(app.admin().total("/api/v2/approvals"), kept);
        }
        app.admin().get(&place).refused(404, "notFound");
    });
}

#[test]
fn a_hundred_changes_of_one_user_wait_at_most() {
    on_both(|app| {
        let desk = Desk::of(app);
        let client = desk.admin.new_client("ann@example.com", &json!({}));
        desk.cover("clients.update");
        let path = format!("/api/v2/clients/{client}");
        for number in 0..100 {
            desk.maker.patch(&path, &json!({"city": number.to_string()})).expect(202);
        }
        desk.maker.patch(&path, &json!({"city": "Rome"})).refused(409, "tooManyChangesWait");
        desk.maker.post("/api/v2/approvals/1/withdraw", &json!({})).expect(200);
        // What was refused took an id on PostgreSQL.
        desk.maker.unrecorded().patch(&path, &json!({"city": "Rome"})).expect(202);
    });
}
