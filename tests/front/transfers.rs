//! The client transfers money, and sees what moved.

use serde_json::{Value, json};

use super::accounts::two_wallets;
use crate::harness::{Client, amount, on_both, with};

const TRANSFERS: &str = "/api/v2/my/transfers";
const TRANSACTIONS: &str = "/api/v2/my/transactions";

fn between([source, destination]: [i64; 2], sum: &str) -> Value {
    json!({
        "amount": sum, "isInternal": false, "sourceAccountId": source, "destinationAccountId": destination,
        "destinationEmail": null,
    })
}

fn to_other(source: i64, number: &Value, fields: &Value) -> Value {
    let body = json!({"amount": "40", "isInternal": 1, "sourceAccountId": source, "destinationAccountNumber": number});
    with(body, fields)
}

fn held(admin: &Client, account: i64) -> Value {
    admin.statement(account)["hold"].clone()
}

#[test]
fn a_transfer_between_own_accounts_is_done_at_once() {
    on_both(|app| {
        let admin = app.admin();
        let (_, accounts, as_ann) = two_wallets(app, &admin, "ann@example.com");
        let made = as_ann.post(TRANSFERS, &between(accounts, "40"));
        let place = made.header("Location").map(ToOwned::to_owned);
        let made = made.expect(201);
        assert_eq!((&made["status"], &made["type"]), (&json!("done"), &json!("transfer")));
        assert_eq!(made["creditDetails"]["account"]["statement"]["currentBalance"], amount("40"));
        assert_eq!(as_ann.get(&place.unwrap()).expect(200), made);
        let log = admin.get("/api/v2/logs/messages?filter[eventName]=operation_created").expect(200);
        assert!(log["data"].to_string().contains("ann@example.com"), "{log}");
        app.verify();
    });
}

#[test]
fn the_body_of_a_transfer_says_where_it_goes() {
    on_both(|app| {
        let admin = app.admin();
        let (_, accounts, as_ann) = two_wallets(app, &admin, "ann@example.com");
        let refused = |body: &Value, faults: &[(&str, &str)]| as_ann.post(TRANSFERS, body).expect_faults(400, faults);
        let [first, _] = accounts;
        refused(&between([first, first], "1"), &[("destinationAccountId", "sameAccount")]);
        let nowhere = json!({"amount": "1", "isInternal": false, "sourceAccountId": first});
        refused(&nowhere, &[("destinationAccountId", "required")]);
        refused(&with(nowhere, &json!({"isInternal": true})), &[("destinationAccountNumber", "required")]);
        refused(&between(accounts, "0"), &[("amount", "notPositive")]);
    });
}

#[test]
fn a_transfer_names_accounts_that_the_client_has_and_the_rules_bind_it() {
    on_both(|app| {
        let admin = app.admin();
        let (ann, accounts, as_ann) = two_wallets(app, &admin, "ann@example.com");
        let (_, of_bob) = app.wallet(&admin, "bob@example.com", 840, "0");
        let [first, second] = accounts;
        let refused = |body: &Value, faults: &[(&str, &str)]| as_ann.post(TRANSFERS, body).expect_faults(422, faults);
        refused(&between([first, of_bob], "1"), &[("destinationAccountId", "unknown")]);
        refused(&between([of_bob, 999], "1"), &[("destinationAccountId", "unknown"), ("sourceAccountId", "unknown")]);
        let euros = app.open_account(&admin, ann, "personal", 978);
        refused(&between([first, euros], "1"), &[("destinationAccountId", "differentCurrency")]);
        refused(&between(accounts, "100.01"), &[("amount", "insufficientFunds")]);
        let wrong = with(between(accounts, "1"), &json!({"sourceCurrencyId": 978, "destinationCurrencyId": 978}));
        let faults = [("destinationCurrencyId", "notAccountCurrency"), ("sourceCurrencyId", "notAccountCurrency")];
        refused(&wrong, &faults);
        let elsewhere = with(between(accounts, "1"), &json!({"platformId": 1}));
        refused(&elsewhere, &[("destinationAccountId", "unknown")]);
        let types = admin.get("/api/v2/transactions/types").expect(200);
        let named = |name: &str| {
            let found = types["data"].as_array().unwrap().iter().find(|kind| kind["name"] == name).unwrap();
            format!("/api/v2/transactions/types/{}", found["id"])
        };
        admin.patch(&named("transfer"), &json!({"enabled": false})).expect(200);
        as_ann.post(TRANSFERS, &between(accounts, "1")).refused(422, "transactionTypeDisabled");
        admin.patch(&named("transfer"), &json!({"enabled": true})).expect(200);
        let hidden = json!({"permissions": ["enabled", "transferDeposit"]});
        admin.patch(&format!("/api/v2/accounts/{second}"), &hidden).expect(200);
        refused(&between(accounts, "1"), &[("destinationAccountId", "unknown")]);
    });
}

#[test]
fn a_transfer_to_another_client_waits_and_shows_nothing_of_their_money() {
    on_both(|app| {
        let admin = app.admin();
        let (ann, [first, _], as_ann) = two_wallets(app, &admin, "ann@example.com");
        let (bob, of_bob) = app.wallet(&admin, "bob@example.com", 840, "7");
        admin.patch(&format!("/api/v2/accounts/{of_bob}"), &json!({"caption": "Secret plans"})).expect(200);
        let number = admin.account_number(of_bob);
        let send = |fields: &Value| as_ann.post(TRANSFERS, &to_other(first, &number, fields));
        send(&json!({})).refused(403, "clientPermissionMissing");
        admin.permit(ann, &["internal_transfers"]);
        for wrong in [json!({"destinationClientId": ann}), json!({"destinationEmail": "eve@example.com"})] {
            send(&wrong).expect_faults(422, &[("destinationAccountNumber", "unknown")]);
        }
        let own = admin.account_number(first);
        let unknown = [("destinationAccountNumber", "unknown")];
        as_ann.post(TRANSFERS, &to_other(first, &own, &json!({}))).expect_faults(422, &unknown);
        as_ann.post(TRANSFERS, &to_other(first, &json!("999"), &json!({}))).expect_faults(422, &unknown);
        let waiting = send(&json!({"destinationClientId": bob, "destinationEmail": "BOB@example.com"})).expect(202);
        assert_eq!((&waiting["status"], &waiting["type"]), (&json!("pending"), &json!("external")));
        let other = &waiting["creditDetails"]["account"];
        assert_eq!((&other["statement"], &other["accountNumber"]), (&json!(null), &number));
        assert!(!waiting.to_string().contains("Secret plans"), "{waiting}");
        assert_eq!(held(&admin, first), amount("40"));
        let as_bob = app.as_client(bob);
        assert_eq!(as_bob.total(TRANSACTIONS), 1, "nothing has arrived");
        let path = format!("/transactions/{}", waiting["transactionId"]);
        admin.patch(&format!("/api/v2{path}"), &json!({"status": "inProgress"})).expect(200);
        let received = as_bob.get(&format!("/api/v2/my{path}")).expect(200);
        assert_eq!(received["creditDetails"]["account"]["statement"]["currentBalance"], amount("47"));
        assert_eq!(received["debitDetails"]["account"]["statement"], json!(null));
        assert_eq!((as_bob.total(TRANSACTIONS), as_ann.total(TRANSACTIONS)), (2, 2));
        app.verify();
    });
}

#[test]
fn a_client_sees_their_own_transactions() {
    on_both(|app| {
        let admin = app.admin();
        let (_, accounts, as_ann) = two_wallets(app, &admin, "ann@example.com");
        app.advance(60);
        as_ann.post(TRANSFERS, &between(accounts, "40")).expect(201);
        app.advance(60);
        admin.deposit(accounts[1], "20").expect(201);
        let (_, of_bob) = app.wallet(&admin, "bob@example.com", 840, "1");
        let of_bob = admin.deposit(of_bob, "20").expect(201)["transactionId"].clone();
        as_ann.get(&format!("{TRANSACTIONS}/{of_bob}")).refused(404, "notFound");
        let listed = as_ann.get(TRANSACTIONS).expect(200);
        assert_eq!(listed["total"], json!(3));
        let first = &listed["data"][0];
        assert_eq!((&first["type"], &first["method"]["name"]), (&json!("deposit"), &json!("Manual deposit")));
        let internal = ["clientId", "application"].iter().any(|field| first.get(*field).is_some());
        let of_staff = ["comment", "verificationStatus"].iter().any(|field| first["meta"].get(*field).is_some());
        assert!(!internal && !of_staff, "{first}");
        let total = |filter: &str| as_ann.total(&format!("{TRANSACTIONS}?filter{filter}"));
        assert_eq!((total("[type]=transfer"), total("[status]=done"), total("[status]=new")), (1, 3, 0));
        assert_eq!(total(&format!("[accountId]={}", accounts[0])), 2);
        let sorted = as_ann.get(&format!("{TRANSACTIONS}?sort_by=debitAmount&sort_order=asc")).expect(200);
        assert_eq!(sorted["data"][0]["debitDetails"]["amount"], amount("20"));
        app.run_sql("UPDATE transactions SET status = 'new' WHERE kind = 'transfer'");
        assert_eq!(as_ann.total(TRANSACTIONS), 2);
    });
}
