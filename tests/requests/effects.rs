//! Requests that move no money, and what approving them does.

use domain::requests::Asked;
use serde_json::{Value, json};

use super::{approve, events_of, is_logged, path, read, reject, standing};
use crate::files::{PDF, stored, upload};
use crate::harness::orders::ask;
use crate::harness::{Client, TestApp, on_both};

/// A client with a trading account and another type, level and product to ask for.
struct Ready {
    client: i64,
    trading: i64,
    product: i64,
    kind: i64,
    level: i64,
}

fn prepare(app: &TestApp, admin: &Client) -> Ready {
    let client = admin.new_client("ann@example.com", &json!({"firstName": "Ann", "lastName": "Doe"}));
    let trading = app.open_account(admin, client, "trade", 840);
    let product = app.open_product(admin, "personal", &[840, 978]);
    let kind = admin.create("/api/v2/clients/types", &json!({"name": "Fund", "group": "corporative", "enabled": true}));
    let level = admin.create("/api/v2/verifications/levels", &json!({"name": "Verified", "index": 10, "limits": {}}));
    Ready { client, trading, product, kind, level }
}

/// Each type that needs no file or test, with its event.
fn all_asked(ready: &Ready) -> Vec<(Asked, &'static str)> {
    vec![
        (
            Asked::Account {
                product: ready.product.into(),
                currency: Some(978.into()),
                caption: Some("Euros".into()),
                leverage: None,
                start_amount: None,
            },
            "AccountRequestEvent",
        ),
        (
            Asked::Address {
                address: "1 New Road".into(),
                city: "Porto".into(),
                country: 1.into(),
                postcode: Some("4000".into()),
                state: None,
            },
            "AddressRequestEvent",
        ),
        (Asked::Archive { account: ready.trading.into() }, "ArchiveRequestEvent"),
        (Asked::ClientType { kind: ready.kind.into(), comment: None }, "ClientTypeRequestEvent"),
        (Asked::External, "TransferExternalRequestEvent"),
        (Asked::Investment, ""),
        (Asked::Partner, "IBApplicationProviderRequestEvent"),
        (Asked::Profile { first_name: "Anna".into(), last_name: "Roe".into(), rest: None }, "ProfileRequestEvent"),
        (Asked::Verification { level: ready.level.into() }, "VerificationRequestEvent"),
    ]
}

/// What decisions can change of a client: the profile, the addresses, the accounts and the levels.
fn state(admin: &Client, client: i64) -> Value {
    let of = |path: String| admin.get(&path).expect(200);
    let profile = of(format!("/api/v2/clients/{client}"));
    let accounts = of(format!("/api/v2/accounts?filter[clientId]={client}"));
    let archived = |account: &Value| json!([account["caption"], account["archiveTime"].is_null()]);
    json!({
        "name": profile["name"],
        "type": profile["type"]["name"],
        "level": profile["verificationLevel"]["name"],
        "addresses": of(format!("/api/v2/addresses?filter[clientId]={client}"))["data"].as_array().unwrap().len(),
        "accounts": accounts["data"].as_array().unwrap().iter().map(archived).collect::<Vec<_>>(),
        "history": of(format!("/api/v2/verifications?filter[clientId]={client}"))["total"],
    })
}

#[test]
fn what_is_approved_is_carried_out() {
    on_both(|app| {
        let admin = app.admin();
        let ready = prepare(app, &admin);
        for (asked, event) in all_asked(&ready) {
            let request = ask(&app.database, ready.client, &asked).unwrap();
            let waiting = read(&admin, request);
            assert_eq!(waiting["type"], json!(asked.kind()));
            assert_eq!((standing(&waiting), &waiting["transactionId"]), (("pending", false), &json!(null)));
            if !event.is_empty() {
                assert_eq!(events_of(app, ready.client).last().unwrap(), event);
            }
            let approved = approve(&admin, request);
            assert_eq!(standing(&approved), ("approved", true), "{asked:?}");
            is_logged(&admin, request, "pending", "approved");
            admin.post(&path(request, "/approve"), &json!({})).refused(409, "requestDecided");
        }
        let after = state(&admin, ready.client);
        assert_eq!(
            (&after["name"], &after["type"], &after["level"]),
            (&json!("Anna Roe"), &json!("Fund"), &json!("Verified"))
        );
        assert_eq!(after["accounts"], json!([["Euros", true], ["trade-2", false]]), "the trading account is archived");
        assert_eq!(after["addresses"], json!(1));
        let history = admin.get(&format!("/api/v2/verifications?filter[clientId]={}", ready.client)).expect(200);
        assert_eq!(history["data"][0]["reason"]["name"], json!("request"));
        assert_eq!(history["data"][0]["userId"], json!(1));
    });
}

#[test]
fn what_is_rejected_changes_nothing() {
    on_both(|app| {
        let admin = app.admin();
        let ready = prepare(app, &admin);
        let before = state(&admin, ready.client);
        for (asked, _) in all_asked(&ready) {
            let request = ask(&app.database, ready.client, &asked).unwrap();
            let rejected = reject(&admin, request);
            assert_eq!((standing(&rejected), &rejected["resolution"]["id"]), (("rejected", true), &json!(1)));
            is_logged(&admin, request, "pending", "rejected");
        }
        assert_eq!(state(&admin, ready.client), before);
    });
}

#[test]
fn the_second_request_for_the_same_waits_for_the_first() {
    on_both(|app| {
        let admin = app.admin();
        let ready = prepare(app, &admin);
        for (asked, _) in all_asked(&ready) {
            let first = ask(&app.database, ready.client, &asked).unwrap();
            let second = ask(&app.database, ready.client, &asked);
            if matches!(asked, Asked::External | Asked::Investment) {
                assert!(second.is_ok(), "{asked:?}");
                continue;
            }
            assert_eq!(second.unwrap_err(), "requestPending", "{asked:?}");
            reject(&admin, first);
            ask(&app.database, ready.client, &asked).unwrap();
        }
    });
}

#[test]
fn what_a_request_names_must_exist_and_stays_while_it_waits() {
    on_both(|app| {
        let admin = app.admin();
        let ready = prepare(app, &admin);
        let refused = |asked: Asked| ask(&app.database, ready.client, &asked).unwrap_err();
        assert_eq!(refused(Asked::Verification { level: 99.into() }), "unknown at VerificationLevel");
        assert_eq!(refused(Asked::ClientType { kind: 99.into(), comment: None }), "unknown at ClientType");
        assert_eq!(refused(Asked::Archive { account: 99.into() }), "unknown at Account");
        ask(&app.database, ready.client, &Asked::Verification { level: ready.level.into() }).unwrap();
        ask(&app.database, ready.client, &Asked::ClientType { kind: ready.kind.into(), comment: None }).unwrap();
        admin.delete(&format!("/api/v2/verifications/levels/{}", ready.level)).refused(409, "inUse");
        admin.delete(&format!("/api/v2/clients/types/{}", ready.kind)).refused(409, "inUse");
    });
}

#[test]
fn a_level_that_was_reached_meanwhile_stays() {
    on_both(|app| {
        let admin = app.admin();
        let ready = prepare(app, &admin);
        let request = ask(&app.database, ready.client, &Asked::Verification { level: ready.level.into() }).unwrap();
        let higher =
            admin.create("/api/v2/verifications/levels", &json!({"name": "Higher", "index": 20, "limits": {}}));
        let client = format!("/api/v2/clients/{}", ready.client);
        admin.patch(&client, &json!({"verificationLevelId": higher})).expect(200);
        assert_eq!(standing(&approve(&admin, request)), ("approved", true));
        assert_eq!(admin.get(&client).expect(200)["verificationLevel"]["name"], json!("Higher"));
    });
}

#[test]
fn what_cannot_be_done_now_still_waits() {
    on_both(|app| {
        let admin = app.admin();
        let ready = prepare(app, &admin);
        let archive = ask(&app.database, ready.client, &Asked::Archive { account: ready.trading.into() }).unwrap();
        admin.change_balance(ready.trading, "5");
        admin.post(&path(archive, "/approve"), &json!({})).refused(409, "accountHasMoney");
        assert_eq!(standing(&read(&admin, archive)), ("pending", false));
        let kind =
            ask(&app.database, ready.client, &Asked::ClientType { kind: ready.kind.into(), comment: None }).unwrap();
        admin.patch(&format!("/api/v2/clients/types/{}", ready.kind), &json!({"enabled": false})).expect(200);
        admin.post(&path(kind, "/approve"), &json!({})).has_faults(&[("typeId", "disabled")]);
        assert_eq!(standing(&read(&admin, kind)), ("pending", false));
        admin.delete(&format!("/api/v2/clients/{}", ready.client)).refused(409, "clientHasMoney");
        admin.change_balance(ready.trading, "-5");
        admin.delete(&format!("/api/v2/clients/{}", ready.client)).refused(409, "clientHasUndecidedRequest");
    });
}

#[test]
fn an_address_that_is_approved_takes_the_place_of_the_residential_one() {
    on_both(|app| {
        let admin = app.admin();
        let ready = prepare(app, &admin);
        let address = |street: &str| Asked::Address {
            address: street.into(),
            city: "Porto".into(),
            country: 1.into(),
            postcode: None,
            state: None,
        };
        for street in ["1 Old Road", "2 New Road"] {
            let request = ask(&app.database, ready.client, &address(street)).unwrap();
            assert_eq!(read(&admin, request)["interact"][0], json!(format!("address: {street}")));
            approve(&admin, request);
        }
        let stored = admin.get(&format!("/api/v2/addresses?filter[clientId]={}", ready.client)).expect(200);
        assert_eq!((&stored["total"], &stored["data"][0]["address"]), (&json!(1), &json!("2 New Road")));
    });
}

#[test]
fn the_data_of_a_client_who_asks_for_it_is_removed() {
    on_both(|app| {
        let admin = app.admin();
        let ready = prepare(app, &admin);
        let client = format!("/api/v2/clients/{}", ready.client);
        admin.patch(&client, &json!({"city": "Bern", "nickname": "annie", "birthday": "1990-04-12"})).expect(200);
        admin.post("/api/v2/phones", &json!({"clientId": ready.client, "number": "+12025550123"})).expect(201);
        let address =
            json!({"clientId": ready.client, "address": "a", "city": "c", "countryId": 1, "type": "residential"});
        admin.post("/api/v2/addresses", &address).expect(201);
        for parent in [json!(null), json!(1)] {
            let folder = json!({"name": "Letters", "parentId": parent});
            admin.post(&format!("{client}/folders"), &folder).expect(201);
        }
        upload(&admin, ready.client, "passport of Ann Doe.pdf", PDF).expect(201);
        let profile = Asked::Profile { first_name: "Anna".into(), last_name: "Roe".into(), rest: None };
        let earlier = ask(&app.database, ready.client, &profile).unwrap();
        let request = ask(&app.database, ready.client, &Asked::DeletingAccount).unwrap();
        admin.post(&path(request, "/approve"), &json!({})).refused(409, "clientHasUndecidedRequest");
        approve(&admin, earlier);
        let approved = approve(&admin, request);
        assert_eq!(standing(&approved), ("approved", true));
        let gone = admin.get(&client).expect(200);
        let email = format!("removed-{}@invalid", ready.client);
        assert_eq!(
            (&gone["name"], &gone["email"], &gone["status"]),
            (&json!("Removed"), &json!(email), &json!("deleted"))
        );
        for field in ["city", "nickname", "birthday", "phone", "country"] {
            assert_eq!(gone[field], json!(null), "{field}");
        }
        for list in ["addresses", "phones"] {
            assert_eq!(admin.total(&format!("/api/v2/{list}?filter[clientId]={}", ready.client)), 0);
        }
        let logs = admin.get("/api/v2/logs/messages?limit=1000").expect(200).to_string();
        for word in ["Ann", "Doe", "Roe", "ann@example.com", "annie", "Bern", "12025550123"] {
            assert!(!logs.contains(word), "{word} is in the audit log");
        }
        assert!(!read(&admin, earlier).to_string().contains("Anna"));
        let again = json!({"email": "ANN@example.com", "firstName": "Ann", "lastName": "Doe"});
        admin.post("/api/v2/clients", &again).has_faults(&[("email", "taken")]);
        let other = admin.new_client("other@example.com", &json!({}));
        let taken = admin.patch(&format!("/api/v2/clients/{other}"), &json!({"email": "ann@example.com"}));
        taken.has_faults(&[("email", "taken")]);
        admin.patch(&client, &json!({"city": "Porto"})).refused(409, "clientRemoved");
        app.sweep_files();
        assert_eq!(stored(app), 0, "the content of their files");
    });
}

#[test]
fn a_client_who_waits_for_the_removal_of_their_data_is_not_removed_without_it() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("a@example.com", &json!({}));
        let request = ask(&app.database, client, &Asked::DeletingAccount).unwrap();
        admin.delete(&format!("/api/v2/clients/{client}")).refused(409, "clientHasUndecidedRequest");
        approve(&admin, request);
    });
}

#[test]
fn a_product_that_somebody_asks_for_an_account_on_is_not_deleted() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("a@example.com", &json!({}));
        let product = app.open_product(&admin, "personal", &[840]);
        let asked = Asked::Account {
            product: product.into(),
            currency: None,
            caption: None,
            leverage: None,
            start_amount: None,
        };
        let request = ask(&app.database, client, &asked).unwrap();
        admin.delete(&format!("/api/v2/products/{product}")).refused(409, "inUse");
        admin.post(&path(request, "/reject"), &json!({"resolutionId": 1})).expect(200);
        admin.delete(&format!("/api/v2/products/{product}")).expect(204);
    });
}

#[test]
fn what_a_client_has_not_submitted_is_not_decided() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("a@example.com", &json!({}));
        let request = ask(&app.database, client, &Asked::Partner).unwrap();
        app.run_sql("UPDATE requests SET status = 'new'");
        admin.post(&path(request, "/approve"), &json!({})).refused(409, "requestNotSubmitted");
        admin.post(&path(request, "/reject"), &json!({"resolutionId": 1})).refused(409, "requestNotSubmitted");
    });
}
