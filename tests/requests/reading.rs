//! Who sees which requests, and what the list and the bell tell.

use domain::payments::MethodDirection;
use domain::requests::Asked;
use serde_json::json;

use super::{approve, path, read, reject, request_of};
use crate::harness::orders::{ReadyClient, ask};
use crate::harness::{amount, on_both};

const NONE: [i64; 0] = [];

#[test]
fn a_request_tells_who_asks_for_what() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal);
        let trading = app.open_account(&admin, ready.client, "trade", 840);
        let request = read(&admin, request_of(&admin, ready.ask(app, "100").unwrap()));
        assert_eq!(request["client"]["clientId"], json!(ready.client));
        for left_out in ["analytics", "updateTime"] {
            assert_eq!(request["client"].get(left_out), None);
        }
        let number = |account: i64| json!([{"accountId": account, "accountNumber": admin.account_number(account)}]);
        assert_eq!(request["personalAccounts"], number(ready.account));
        assert_eq!(request["tradeAccounts"], number(trading));
        assert_eq!((&request["amount"], &request["currency"]), (&amount("100"), &json!("USD")));
        assert_eq!(request["method"], json!("sepa"));
        assert_eq!(request["interact"], json!([]));
        for empty in ["resolution", "processedAt", "liquidityAccount", "comment", "color"] {
            assert_eq!(request[empty], json!(null), "{empty}");
        }
    });
}

#[test]
fn lists_are_filtered_counted_and_sorted() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal);
        let first = request_of(&admin, ready.ask(app, "10").unwrap());
        app.advance(1);
        let second = request_of(&admin, ready.ask(app, "20").unwrap());
        let other = admin.new_client("b@example.com", &json!({}));
        app.advance(1);
        let third = ask(&app.database, other, &Asked::Partner).unwrap();
        approve(&admin, first);
        let ids = |query: &str| {
            let page = admin.get(&format!("/api/v2/applications{query}")).expect(200);
            let ids: Vec<i64> =
                page["data"].as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap()).collect();
            assert_eq!(page["total"].as_i64().unwrap(), i64::try_from(ids.len()).unwrap(), "{query}");
            ids
        };
        assert_eq!(ids(""), [third, second, first], "the newest first");
        assert_eq!(ids("?sort_by=id"), [first, second, third]);
        assert_eq!(ids("?filter[statusId]=0"), [third, second]);
        assert_eq!(ids("?filter[statusId]=1"), [first]);
        assert_eq!(ids("?filter[statusId]=4"), NONE);
        assert_eq!(ids("?filter[type]=withdrawal"), [second, first]);
        assert_eq!(ids("?filter[type]=withdrawal&filter[statusId]=0"), [second]);
        assert_eq!(ids("?filter[type]=Withdrawal"), NONE);
        assert_eq!(ids(&format!("?filter[clientId]={other}")), [third]);
        assert_eq!(ids(&format!("?filter[id]={first}")), [first]);
        let bell = admin.get("/api/v2/applications/notifications").expect(200);
        assert_eq!(bell["total"], json!(2));
        let newest = &bell["requests"][0];
        assert_eq!(
            (&newest["id"], &newest["type"], &newest["clientName"]),
            (&json!(third), &json!("partner"), &json!("John Doe"))
        );
    });
}

#[test]
fn a_user_sees_the_types_and_the_clients_they_may_see() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal);
        let withdrawal = request_of(&admin, ready.ask(app, "10").unwrap());
        let tag = admin.new_tag("vip");
        let other = admin.new_client("b@example.com", &json!({"tagIds": [tag], "firstName": "Zoe"}));
        let partner = ask(&app.database, other, &Asked::Partner).unwrap();
        let profile = ask(
            &app.database,
            other,
            &Asked::Profile { first_name: "Ann".into(), last_name: "Roe".into(), rest: None },
        )
        .unwrap();
        let rights = ["requests.read", "partnerRequests.read", "profileRequests.read"];
        let clerk = app.user_with("clerk", &rights);
        let list = clerk.get("/api/v2/applications").expect(200);
        assert_eq!(list["total"], json!(2));
        assert_eq!(list["data"][0]["interact"], json!(["firstName: A***", "lastName: R***"]), "names are masked");
        assert_eq!(list["data"][0]["client"]["firstName"], json!("Z***"));
        let bell = clerk.get("/api/v2/applications/notifications").expect(200);
        assert_eq!((&bell["total"], &bell["requests"][0]["clientName"]), (&json!(2), &json!("Z*** D***")));
        assert_eq!(clerk.total("/api/v2/applications?filter[type]=withdrawal"), 0);
        clerk.get(&path(withdrawal, "")).expect(404);
        clerk.get(&path(partner, "")).expect(200);
        app.user_with("nobody", &["requests.read"]).get("/api/v2/applications").expect(200);
        let (_, tagged) = app.user_of(
            "tagged",
            &["requests.read", "withdrawalRequests.read", "profileRequests.read"],
            &json!({"clientTags": [tag]}),
        );
        assert_eq!(tagged.total("/api/v2/applications"), 1);
        tagged.get(&path(withdrawal, "")).expect(404);
        tagged.get(&path(profile, "")).expect(200);
    });
}

#[test]
fn the_colour_of_a_client_marks_their_requests() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("a@example.com", &json!({}));
        let request = ask(&app.database, client, &Asked::Partner).unwrap();
        let settings = json!({"settings": {"applicationColor": "#FF0000"}});
        admin.put(&format!("/api/v2/clients/{client}/settings"), &settings).expect(200);
        assert_eq!(read(&admin, request)["color"], json!("#FF0000"));
        let own = admin.patch(&path(request, ""), &json!({"color": "blue", "comment": "mine"})).expect(200);
        assert_eq!((&own["color"], &own["comment"]), (&json!("blue"), &json!("mine")));
        let cleared = admin.patch(&path(request, ""), &json!({"color": null, "comment": null})).expect(200);
        assert_eq!((&cleared["color"], &cleared["comment"]), (&json!("#FF0000"), &json!(null)));
        admin.patch(&path(request, ""), &json!({"color": "reddish"})).has_faults(&[("color", "notColor")]);
        admin.post(&path(request, "/audit"), &json!({})).refused(422, "requestWithoutAccount");
    });
}

#[test]
fn requests_of_an_earlier_version_keep_what_was_decided_on_them() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal);
        let [rejected, approved, waiting] =
            ["10", "20", "30"].map(|text| request_of(&admin, ready.ask(app, text).unwrap()));
        reject(&admin, rejected);
        approve(&admin, approved);
        let list = "/api/v2/applications?filter[type]=withdrawal";
        let before = [rejected, approved, waiting].map(|request| read(&admin, request));
        app.migrate_from_long_before("2026-11-28-000022_requests");
        let after = [rejected, approved, waiting].map(|request| read(&admin, request));
        for (before, after) in before.iter().zip(&after) {
            for field in ["statusId", "resolution", "transactionId", "amount", "processed"] {
                assert_eq!(before[field], after[field], "{field}");
            }
        }
        assert_eq!(admin.total(list), 3);
        assert_eq!(admin.total(&format!("{list}&filter[statusId]=0")), 1);
        approve(&admin, waiting);
        app.verify();
    });
}
