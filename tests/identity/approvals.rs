//! Four eyes: operations that wait for a second user.

use serde_json::{Value, json};

use crate::harness::form::Form;
use crate::harness::sql::texts;
use crate::harness::{ADMIN_PASSWORD, Client, TestApp, on_both};

pub const POLICIES: &str = "/api/v2/approvals/policies";
pub const MAY_ALL: &[&str] = &[
    "accountBalances.update",
    "accounts.read",
    "approvals.read",
    "approvals.update",
    "clients.read",
    "clients.update",
    "transfers.create",
];

/// Two users who may do the same; a third, the administrator, makes the policies.
pub struct Desk {
    pub admin: Client,
    pub maker: Client,
    maker_id: i64,
    pub checker: Client,
    checker_id: i64,
}

impl Desk {
    pub fn of(app: &TestApp) -> Self {
        let unmasked = json!({"canViewMaskedData": true});
        let (maker_id, maker) = app.user_of("maker", MAY_ALL, &unmasked);
        let (checker_id, checker) = app.user_of("checker", MAY_ALL, &unmasked);
        Self { admin: app.admin(), maker, maker_id, checker, checker_id }
    }

    /// Makes an operation wait.
    #[track_caller]
    pub fn cover(&self, operation: &str) -> i64 {
        self.admin.create(POLICIES, &json!({"operation": operation}))
    }
}

/// The path of what waits by now.
#[track_caller]
pub fn waits(answer: crate::harness::Answer) -> String {
    let place = answer.header("Location").map(ToOwned::to_owned);
    let body = answer.expect(202);
    assert_eq!(body["status"], json!("pending"));
    place.expect("where it waits")
}

pub fn approve(checker: &Client, place: &str) -> crate::harness::Answer {
    checker.post(&format!("{place}/approve"), &json!({}))
}

fn reject(checker: &Client, place: &str) -> crate::harness::Answer {
    checker.post(&format!("{place}/reject"), &json!({"comment": "no"}))
}

fn withdraw(maker: &Client, place: &str) -> crate::harness::Answer {
    maker.post(&format!("{place}/withdraw"), &json!({}))
}

#[test]
fn a_covered_change_waits_and_is_made_once_it_is_approved() {
    on_both(|app| {
        let desk = Desk::of(app);
        let client = desk.admin.new_client("ann@example.com", &json!({}));
        desk.cover("clients.update");
        let path = format!("/api/v2/clients/{client}");
        let asked = desk.maker.patch(&path, &json!({"firstName": "Anna"}));
        assert_eq!(asked.body["maker"], json!({"id": desk.maker_id, "name": "maker"}));
        assert_eq!(asked.body["body"], json!({"firstName": "Anna"}));
        assert_eq!(asked.body["before"]["firstName"], json!("John"));
        assert_eq!(asked.body["clientId"], json!(client));
        let place = waits(asked);
        assert_eq!(desk.admin.get(&path).expect(200)["firstName"], json!("John"));

        let approved = desk.checker.post(&format!("{place}/approve"), &json!({"comment": "fine"})).expect(200);
        assert_eq!(approved["status"], json!("approved"));
        assert_eq!(approved["checker"], json!({"id": desk.checker_id, "name": "checker"}));
        assert_eq!((&approved["comment"], &approved["result"]["status"]), (&json!("fine"), &json!(200)));
        assert_eq!(approved["result"]["body"]["firstName"], json!("Anna"));
        assert_eq!(desk.admin.get(&path).expect(200)["firstName"], json!("Anna"));
        assert_eq!(desk.maker.get(&place).expect(200), approved);

        let logged = desk.admin.get("/api/v2/logs/messages?limit=3&total=false").expect(200);
        let told: Vec<(&str, &str)> = logged["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|record| (record["eventName"].as_str().unwrap(), record["actor"].as_str().unwrap()))
            .collect();
        let (maker, checker) = ("maker@example.com", "checker@example.com");
        assert_eq!(told, [("approval_updated", checker), ("client_updated", maker), ("approval_created", maker)]);
    });
}

#[test]
fn what_would_be_refused_is_refused_before_it_waits() {
    on_both(|app| {
        let desk = Desk::of(app);
        let client = desk.admin.new_client("ann@example.com", &json!({}));
        desk.cover("clients.update");
        let path = format!("/api/v2/clients/{client}");
        desk.maker.patch(&path, &json!({"email": 7})).expect_faults(400, &[("email", "notString")]);
        desk.maker.patch("/api/v2/clients/999999", &json!({})).refused(404, "notFound");
        app.user_with("reader", &["clients.read"]).patch(&path, &json!({})).refused(403, "permissionMissing");
        desk.maker.patch(&path, &json!({})).expect(200);
        assert_eq!(desk.admin.total("/api/v2/approvals"), 0, "what changes nothing needs nobody");
    });
}

#[test]
fn a_rejected_withdrawn_or_expired_change_is_never_made() {
    on_both(|app| {
        let desk = Desk::of(app);
        let client = desk.admin.new_client("ann@example.com", &json!({}));
        desk.cover("clients.update");
        let path = format!("/api/v2/clients/{client}");
        let ask = || waits(desk.maker.patch(&path, &json!({"firstName": "Anna"})));

        let rejected = ask();
        desk.checker.post(&format!("{rejected}/reject"), &json!({})).expect_faults(400, &[("comment", "required")]);
        assert_eq!(reject(&desk.checker, &rejected).expect(200)["status"], json!("rejected"));
        approve(&desk.checker, &rejected).refused(409, "approvalDecided");

        let withdrawn = ask();
        withdraw(&desk.checker, &withdrawn).refused(403, "changeOfAnother");
        assert_eq!(withdraw(&desk.maker, &withdrawn).expect(200)["status"], json!("withdrawn"));
        approve(&desk.checker, &withdrawn).refused(409, "approvalDecided");

        let expired = ask();
        app.advance(72 * 3600);
        let checker = app.as_user("checker@example.com", ADMIN_PASSWORD);
        for is_swept in [false, true] {
            if is_swept {
                app.sweep();
            }
            approve(&checker, &expired).refused(409, "approvalExpired");
            assert_eq!(checker.get(&expired).expect(200)["status"], json!("expired"));
            assert_eq!(checker.total("/api/v2/approvals?filter[status]=expired"), 1);
            assert_eq!(checker.total("/api/v2/approvals?filter[status]=pending"), 0);
        }
        assert_eq!(app.admin().get(&path).expect(200)["firstName"], json!("John"));
    });
}

#[test]
fn nobody_approves_their_own_change_whatever_they_call_with() {
    on_both(|app| {
        let desk = Desk::of(app);
        let client = desk.admin.new_client("ann@example.com", &json!({}));
        desk.cover("clients.update");
        let place = waits(desk.maker.patch(&format!("/api/v2/clients/{client}"), &json!({"firstName": "Anna"})));
        let second_session = app.as_user("maker@example.com", ADMIN_PASSWORD);
        for own in [&desk.maker, &second_session] {
            approve(own, &place).refused(403, "ownChange");
            reject(own, &place).refused(403, "ownChange");
        }
        let by_admin = waits(desk.admin.patch(&format!("/api/v2/clients/{client}"), &json!({"firstName": "Anne"})));
        approve(&desk.admin, &by_admin).refused(403, "ownChange");
        approve(&desk.checker, &by_admin).expect(200);
    });
}

#[test]
fn who_may_not_do_the_operation_does_not_decide_on_it() {
    on_both(|app| {
        let desk = Desk::of(app);
        let client = desk.admin.new_client("ann@example.com", &json!({}));
        desk.cover("clients.update");
        let place = waits(desk.maker.patch(&format!("/api/v2/clients/{client}"), &json!({"firstName": "Anna"})));
        let weak = app.user_with("weak", &["approvals.read", "approvals.readAll", "approvals.update"]);
        approve(&weak, &place).refused(403, "permissionOfChangeMissing");
        reject(&weak, &place).refused(403, "permissionOfChangeMissing");
        let reader = app.user_with("reader", &["approvals.read", "clients.update"]);
        reader.get(&place).expect(200);
        approve(&reader, &place).refused(403, "permissionMissing");
        let blind = app.user_with("blind", &["approvals.read", "approvals.update"]);
        blind.get(&place).refused(404, "notFound");
        approve(&blind, &place).refused(404, "notFound");
        let tag = desk.admin.new_tag("others");
        let (_, elsewhere) = app.user_of("elsewhere", MAY_ALL, &json!({"clientTags": [tag]}));
        approve(&elsewhere, &place).refused(404, "notFound");
        assert_eq!(elsewhere.total("/api/v2/approvals"), 0);
        assert_eq!(desk.checker.total("/api/v2/approvals"), 1);
    });
}

#[test]
fn a_policy_can_leave_the_decision_to_groups() {
    on_both(|app| {
        let desk = Desk::of(app);
        let client = desk.admin.new_client("ann@example.com", &json!({}));
        let group = desk.admin.create("/api/v2/groups", &json!({"name": "seniors", "permissions": []}));
        let policy = json!({"operation": "clients.update", "userGroups": [group]});
        let policy = format!("{POLICIES}/{}", desk.admin.create(POLICIES, &policy));
        let place = waits(desk.maker.patch(&format!("/api/v2/clients/{client}"), &json!({"firstName": "Anna"})));
        approve(&desk.checker, &place).refused(404, "notFound");
        approve(&app.admin(), &place).refused(403, "notAmongApprovers");
        desk.admin.delete(&format!("/api/v2/groups/{group}")).expect(409);
        // A policy that is weaker by now does not count for what waits already.
        desk.admin.patch(&policy, &json!({"userGroups": []})).expect(200);
        approve(&desk.checker, &place).refused(404, "notFound");
        let user = format!("/api/v2/users/{}", desk.checker_id);
        let mut groups = desk.admin.get(&user).expect(200)["groups"].as_array().unwrap().clone();
        groups = groups.iter().map(|group| group.get("id").unwrap_or(group).clone()).collect();
        groups.push(json!(group));
        desk.admin.patch(&user, &json!({"groups": groups})).expect(200);
        approve(&desk.checker, &place).expect(200);
    });
}

#[test]
fn a_change_is_made_with_what_its_maker_may_do_by_then() {
    on_both(|app| {
        let desk = Desk::of(app);
        let client = desk.admin.new_client("ann@example.com", &json!({}));
        desk.cover("clients.update");
        let path = format!("/api/v2/clients/{client}");
        let ask = |name: &str| waits(desk.maker.patch(&path, &json!({"firstName": name})));
        let (first, second) = (ask("Anna"), ask("Anne"));
        let user = format!("/api/v2/users/{}", desk.maker_id);
        desk.admin.patch(&user, &json!({"groups": []})).expect(200);
        let failed = approve(&desk.checker, &first).expect(200);
        assert_eq!((&failed["status"], &failed["result"]["status"]), (&json!("failed"), &json!(403)));
        assert_eq!(failed["result"]["body"]["error"]["reason"], json!("permissionMissing"));
        desk.admin.patch(&user, &json!({"active": false})).expect(200);
        let failed = approve(&desk.checker, &second).expect(200);
        assert_eq!(failed["result"]["body"]["error"]["reason"], json!("makerGone"));
        assert_eq!(desk.admin.get(&path).expect(200)["firstName"], json!("John"));
        approve(&desk.checker, &first).refused(409, "approvalDecided");
    });
}

#[test]
fn a_record_that_has_changed_since_is_left_alone() {
    on_both(|app| {
        let desk = Desk::of(app);
        let client = desk.admin.new_client("ann@example.com", &json!({}));
        let policy = desk.cover("clients.update");
        let path = format!("/api/v2/clients/{client}");
        let place = waits(desk.maker.patch(&path, &json!({"firstName": "Anna"})));
        desk.admin.patch(&format!("{POLICIES}/{policy}"), &json!({"isEnabled": false})).expect(200);
        desk.admin.patch(&path, &json!({"lastName": "Roe"})).expect(200);
        let failed = approve(&desk.checker, &place).expect(200);
        assert_eq!(failed["status"], json!("failed"));
        assert_eq!(failed["result"]["body"]["error"]["reason"], json!("preconditionFailed"));
        assert_eq!(desk.admin.get(&path).expect(200)["firstName"], json!("John"));
    });
}

#[test]
fn money_waits_above_an_amount() {
    on_both(|app| {
        let desk = Desk::of(app);
        let (_, dollars) = app.wallet(&desk.admin, "ann@example.com", 840, "1000");
        let (_, euros) = app.wallet(&desk.admin, "bob@example.com", 978, "1000");
        let (_, pounds) = app.wallet(&desk.admin, "cid@example.com", 826, "1000");
        app.rate(&desk.admin, 978, 840, "2");
        let policy = json!({"operation": "accounts.change-balance", "aboveUsd": "100"});
        desk.admin.create(POLICIES, &policy);
        let change = |account: i64, amount: &str| {
            desk.maker.patch(&format!("/api/v2/accounts/{account}/balance"), &json!({"amount": amount}))
        };
        change(dollars, "100").expect(200);
        let asked = change(dollars, "-100.01");
        assert_eq!(asked.body["worthUsd"], json!("100.010000000000000000"));
        let place = waits(asked);
        change(euros, "50").expect(200);
        waits(change(euros, "50.01"));
        let unknown = change(pounds, "1");
        assert_eq!(unknown.body["worthUsd"], Value::Null);
        waits(unknown);
        // What moves money goes on from what there is by then.
        change(dollars, "-50").expect(200);
        approve(&desk.checker, &place).expect(200);
        assert_eq!(desk.admin.statement(dollars)["currentBalance"], json!("949.990000000000000000"));
        app.verify();
    });
}

#[test]
fn money_that_is_gone_by_then_is_not_moved() {
    on_both(|app| {
        let desk = Desk::of(app);
        let (_, account) = app.wallet(&desk.admin, "ann@example.com", 840, "100");
        let policy = desk.cover("accounts.change-balance");
        let path = format!("/api/v2/accounts/{account}/balance");
        let place = waits(desk.maker.patch(&path, &json!({"amount": "-80"})));
        desk.admin.patch(&format!("{POLICIES}/{policy}"), &json!({"isEnabled": false})).expect(200);
        desk.maker.patch(&path, &json!({"amount": "-80"})).expect(200);
        let failed = approve(&desk.checker, &place).expect(200);
        assert_eq!((&failed["status"], &failed["result"]["status"]), (&json!("failed"), &json!(422)));
        assert_eq!(desk.admin.statement(account)["currentBalance"], json!("20.000000000000000000"));
        app.verify();
    });
}

#[test]
fn a_repeated_call_waits_once() {
    on_both(|app| {
        let desk = Desk::of(app);
        let (_, account) = app.wallet(&desk.admin, "ann@example.com", 840, "100");
        desk.cover("accounts.change-balance");
        let keyed = desk.maker.with("Idempotency-Key", "k1");
        let path = format!("/api/v2/accounts/{account}/balance");
        let call = || keyed.patch(&path, &json!({"amount": "-80"}));
        let (first, again) = (call(), call());
        assert_eq!(again.header("Idempotent-Replayed"), Some("true"));
        assert_eq!(first.body, again.body);
        assert_eq!(waits(first), waits(again));
        assert_eq!(desk.admin.total("/api/v2/approvals"), 1);
    });
}

#[test]
fn a_repeated_decision_gets_the_first_answer() {
    on_both(|app| {
        let desk = Desk::of(app);
        let (_, account) = app.wallet(&desk.admin, "ann@example.com", 840, "100");
        desk.cover("accounts.change-balance");
        let path = format!("/api/v2/accounts/{account}/balance");
        let place = waits(desk.maker.patch(&path, &json!({"amount": "-80"})));
        let keyed = desk.checker.with("Idempotency-Key", "k1");
        let (first, again) = (approve(&keyed, &place), approve(&keyed, &place));
        assert_eq!((first.status, again.header("Idempotent-Replayed")), (200, Some("true")));
        assert_eq!(first.body, again.body);
        assert_eq!(desk.admin.statement(account)["currentBalance"], json!("20.000000000000000000"));
    });
}

#[test]
fn policies_themselves_can_wait() {
    on_both(|app| {
        let desk = Desk::of(app);
        let (_, second) = app.user_of(
            "second",
            &["approvalPolicies.update", "approvalPolicies.delete", "approvals.read", "approvals.update"],
            &json!({}),
        );
        let covered = format!("{POLICIES}/{}", desk.cover("clients.update"));
        desk.cover("approvals.policies.update");
        desk.cover("approvals.policies.delete");
        let weaker = waits(desk.admin.patch(&covered, &json!({"isEnabled": false})));
        let gone = waits(desk.admin.delete(&covered));
        let client = desk.admin.new_client("ann@example.com", &json!({}));
        waits(desk.maker.patch(&format!("/api/v2/clients/{client}"), &json!({"firstName": "Anna"})));
        approve(&desk.admin, &weaker).refused(403, "ownChange");
        assert_eq!(approve(&second, &weaker).expect(200)["status"], json!("approved"));
        assert_eq!(desk.admin.get(&covered).expect(200)["isEnabled"], json!(false));
        assert_eq!(reject(&second, &gone).expect(200)["status"], json!("rejected"));
    });
}

#[test]
fn what_cannot_wait_is_refused() {
    on_both(|app| {
        let admin = app.admin();
        for operation in [
            "authentication.signin",
            "authentication.signout",
            "clients.get",
            "approvals.approve",
            "approvals.reject",
            "approvals.withdraw",
            "platforms.trades",
            "platforms.keys.create",
            "nonsense",
        ] {
            let refused = admin.post(POLICIES, &json!({"operation": operation}));
            refused.expect_faults(422, &[("operation", "operationNotApprovable")]);
        }
        // What is refused takes an id on PostgreSQL.
        let admin = admin.unrecorded();
        let by_amount = json!({"operation": "clients.update", "aboveUsd": "1"});
        admin.post(POLICIES, &by_amount).expect_faults(422, &[("aboveUsd", "operationMovesNoMoney")]);
        let groups = json!({"operation": "clients.update", "userGroups": [1, 999]});
        admin.post(POLICIES, &groups).expect_faults(422, &[("userGroups", "unknown")]);
        admin.create(POLICIES, &json!({"operation": "clients.update"}));
        admin.post(POLICIES, &json!({"operation": "clients.update"})).expect_faults(409, &[("operation", "taken")]);
        admin
            .post(POLICIES, &json!({"operation": "users.update", "expiresAfterHours": 721}))
            .expect_faults(400, &[("expiresAfterHours", "outOfRange")]);
    });
}

#[test]
fn secrets_of_a_change_are_shown_to_nobody_and_wiped_once_it_is_decided() {
    on_both(|app| {
        let desk = Desk::of(app);
        let able = app.user_with("able", &["users.create", "approvals.read", "approvals.update"]);
        desk.cover("users.create");
        let user = json!({"name": "Eve", "email": "eve@example.com", "password": "Secret123"});
        let asked = desk.admin.post("/api/v2/users", &user);
        assert_eq!(asked.body["body"]["password"], json!("***"));
        let place = waits(asked);
        assert_eq!(able.get(&place).expect(200)["body"]["password"], json!("***"));
        let query = "SELECT CASE WHEN sealed IS NULL THEN 'wiped' ELSE 'kept' END FROM approvals";
        let kept = || app.database.read(|conn| Ok::<_, storage::Error>(texts(conn, query))).expect("rows");
        assert_eq!(kept(), ["kept"]);
        // What was undone took an id on PostgreSQL.
        approve(&able.unrecorded(), &place).expect(200);
        assert_eq!(kept(), ["wiped"]);
        app.as_user("eve@example.com", "Secret123").get("/api/v2/users").refused(403, "permissionMissing");
    });
}

#[test]
fn a_call_that_was_changed_in_the_database_is_not_carried_out() {
    on_both(|app| {
        let desk = Desk::of(app);
        let client = desk.admin.new_client("ann@example.com", &json!({}));
        desk.cover("clients.update");
        let path = format!("/api/v2/clients/{client}");
        let ask = |name: &str| waits(desk.maker.patch(&path, &json!({"firstName": name})));
        let (first, second) = (ask("Anna"), ask("Eve"));
        app.run_sql("UPDATE approvals SET sealed = (SELECT sealed FROM approvals WHERE id = 2) WHERE id = 1");
        approve(&desk.checker, &first).refused(500, "internal");
        app.run_sql("UPDATE approvals SET body = '{\"firstName\":\"Zoe\"}' WHERE id = 2");
        approve(&desk.checker, &second).refused(500, "internal");
        assert_eq!(desk.admin.get(&path).expect(200)["firstName"], json!("John"));
    });
}

#[test]
fn data_of_clients_is_masked_for_those_who_see_it_masked() {
    on_both(|app| {
        let desk = Desk::of(app);
        let client = desk.admin.new_client("ann@example.com", &json!({}));
        desk.cover("clients.update");
        let path = format!("/api/v2/clients/{client}");
        let place = waits(desk.maker.patch(&path, &json!({"firstName": "Anna"})));
        let masked = app.user_with("masked", MAY_ALL);
        let seen = masked.get(&place).expect(200);
        assert_eq!(seen["body"]["firstName"], json!("A***"));
        assert_eq!(seen["before"]["email"], json!("a***@example.com"));
        let approved = approve(&masked, &place).expect(200);
        assert_eq!(approved["result"], json!({"status": 200, "body": null}));
        assert_eq!(desk.admin.get(&path).expect(200)["firstName"], json!("Anna"));
    });
}

#[test]
fn a_file_waits_with_its_call() {
    on_both(|app| {
        let desk = Desk::of(app);
        let client = desk.admin.new_client("ann@example.com", &json!({}));
        desk.cover("client-files.upload");
        let may = ["clientFiles.create", "clientFiles.read", "approvals.read", "approvals.update"];
        let (_, other) = app.user_of("other", &may, &json!({}));
        let path = format!("/api/v2/clients/{client}/files");
        let upload = || Form::default().file("file", "a.pdf", crate::files::PDF).send(&desk.admin, &path);
        let asked = upload();
        assert_eq!(asked.body["body"], json!({"file": [{"name": "a.pdf", "length": crate::files::PDF.len()}]}));
        let (kept, dropped) = (waits(asked), waits(upload()));
        app.advance(2 * 3600);
        app.sweep();
        // What was undone took an id on PostgreSQL.
        let approved = approve(&other.unrecorded(), &kept).expect(200);
        assert_eq!(approved["result"]["status"], json!(201), "{approved}");
        reject(&other, &dropped).expect(200);
        assert_eq!(desk.admin.unrecorded().total(&path), 1);
    });
}

#[test]
fn a_client_who_is_not_there_yet_waits_for_those_who_see_all_clients() {
    on_both(|app| {
        let desk = Desk::of(app);
        desk.cover("clients.create");
        let may = ["clients.create", "clients.read", "approvals.read", "approvals.update"];
        let tag = desk.admin.new_tag("vip");
        let tagged = json!({"clientTags": [tag], "canViewMaskedData": true});
        let ((_, maker), (_, other)) = (app.user_of("desk-a", &may, &tagged), app.user_of("desk-b", &may, &tagged));
        let new = json!({"email": "eve@example.com", "firstName": "Eve", "lastName": "Roe"});
        let asked = maker.post("/api/v2/clients", &new);
        assert_eq!(asked.body["clientId"], Value::Null);
        let place = waits(asked);
        maker.get(&place).expect(200);
        other.get(&place).refused(404, "notFound");
        let masked = app.user_with("masked", &may);
        assert_eq!(masked.get(&place).expect(200)["body"]["email"], json!("e***@example.com"));
        // What was undone took an id on PostgreSQL.
        let approved = approve(&desk.admin.unrecorded(), &place).expect(200);
        assert_eq!(approved["clientId"], approved["result"]["body"]["clientId"]);
        other.unrecorded().get(&place).expect(200);
    });
}
