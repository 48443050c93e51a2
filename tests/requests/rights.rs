//! What a user needs to decide on requests: the right of the type, and those to move the money.

use domain::payments::MethodDirection;
use domain::requests::Asked;
use serde_json::json;

use super::{path, read, request_of, standing};
use crate::harness::on_both;
use crate::harness::orders::{ReadyClient, ask};

#[test]
fn a_type_has_a_right_of_its_own_beside_that_to_decide() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("a@example.com", &json!({}));
        let request = ask(&app.database, client, &Asked::Partner).unwrap();
        let of_type = ["requests.read", "requests.update", "partnerRequests.read"];
        let clerk = app.user_with("clerk", &of_type);
        let calls = [
            ("PATCH", "", json!({"comment": "x"})),
            ("POST", "/audit", json!({})),
            ("POST", "/approve", json!({})),
            ("POST", "/reject", json!({"resolutionId": 1})),
        ];
        for (method, rest, body) in &calls {
            let body = body.to_string();
            let refused = clerk.call(method, &path(request, rest), Some(body.as_bytes()));
            assert_eq!(refused.status, 403, "{method} {rest}: {}", refused.body);
            assert!(refused.body.to_string().contains("decisionNotAllowed"), "{method} {rest}");
            let blind = app.user_with(&format!("blind{}", rest.len()), &["requests.update", "partnerRequests.update"]);
            assert_eq!(blind.call(method, &path(request, rest), Some(body.as_bytes())).status, 404);
        }
        assert_eq!(standing(&read(&admin, request)), ("pending", false));
    });
}

#[test]
fn a_rejection_needs_to_see_reasons() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("a@example.com", &json!({}));
        let request = ask(&app.database, client, &Asked::Partner).unwrap();
        let mut rights = vec!["requests.update", "partnerRequests.read", "partnerRequests.update"];
        let reject = json!({"resolutionId": 1});
        let blind = app.user_with("blind", &rights);
        blind.post(&path(request, "/reject"), &reject).expect_faults(403, &[("-", "decisionNotAllowed"); 2]);
        rights.extend(["resolutions.read", "resolutionTypes.read"]);
        app.user_with("clerk", &rights).post(&path(request, "/reject"), &reject).expect(200);
    });
}

#[test]
fn money_moves_by_the_rights_to_move_it() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal);
        let request = request_of(&admin, ready.ask(app, "100").unwrap());
        let mut rights = vec!["requests.update", "withdrawalRequests.read", "withdrawalRequests.update"];
        let approve =
            |name: &str, rights: &[&str]| app.user_with(name, rights).post(&path(request, "/approve"), &json!({}));
        approve("one", &rights).refused(403, "decisionNotAllowed");
        rights.push("withdrawals.create");
        approve("two", &rights).expect_faults(403, &[("-", "decisionNotAllowed"); 2]);
        let departments = json!({"dealingApproved": "approved"});
        let dealer = app.user_with("dealer", &[&rights[..], &["withdrawalDealing.update"]].concat());
        dealer.patch(&path(request, ""), &json!({"complianceApproved": "approved"})).refused(403, "decisionNotAllowed");
        dealer.patch(&path(request, ""), &departments).expect(200);
        approve("three", &rights).refused(403, "decisionNotAllowed");
        rights.push("withdrawalCompliance.update");
        let rate = json!({"rate": "0.8"});
        let compliance = app.user_with("compliance", &rights);
        compliance.post(&path(request, "/approve"), &rate).refused(403, "decisionNotAllowed");
        compliance.post(&path(request, "/approve"), &json!({})).expect(200);
        app.verify();
    });
}

#[test]
fn an_amount_that_departments_approved_is_changed_by_those_who_decide_for_them() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal);
        let request = request_of(&admin, ready.ask(app, "100").unwrap());
        let mut rights =
            vec!["requests.read", "requests.update", "withdrawalRequests.read", "withdrawalRequests.update"];
        let amount = |text: &str| json!({"amount": text});
        let clerk = app.user_with("clerk", &rights);
        clerk.patch(&path(request, ""), &amount("110")).expect(200);
        admin.patch(&path(request, ""), &json!({"complianceApproved": "approved"})).expect(200);
        clerk.patch(&path(request, ""), &amount("200")).refused(403, "decisionNotAllowed");
        clerk.patch(&path(request, ""), &amount("110")).expect(200);
        rights.push("withdrawalCompliance.update");
        app.user_with("officer", &rights).patch(&path(request, ""), &amount("200")).expect(200);
    });
}
