//! The postings of an account, and its balances at any time.

use serde_json::{Value, json};

use crate::harness::orders::ReadyClient;
use crate::harness::raw::fetch;
use crate::harness::{Client, TestApp, on_both};
use domain::payments::MethodDirection;

/// A figure as answers write it.
fn figure(amount: &str) -> Value {
    json!(format!("{amount}.000000000000000000"))
}

/// A wallet with 100 at 00:00, 70 from 01:00 and 75 from 02:00 on; its client and its id.
fn history(app: &TestApp, admin: &Client) -> (i64, i64) {
    let (client, account) = app.wallet(admin, "a@example.com", 840, "100");
    for amount in ["-30", "5"] {
        app.advance(3600);
        admin.change_balance(account, amount);
    }
    (client, account)
}

fn postings(admin: &Client, account: i64, query: &str) -> Vec<Value> {
    let list = admin.get(&format!("/api/v2/accounts/{account}/postings?{query}")).expect(200);
    list["data"].as_array().unwrap().clone()
}

fn amounts(admin: &Client, account: i64, query: &str) -> Vec<String> {
    let amount = |posting: &Value| posting["amount"].as_str().unwrap().split('.').next().unwrap().to_owned();
    postings(admin, account, query).iter().map(amount).collect()
}

#[test]
fn each_posting_tells_the_balance_after_it() {
    on_both(|app| {
        let admin = app.admin();
        let (_, account) = history(app, &admin);
        let listed = postings(&admin, account, "sort_order=asc");
        let after: Vec<&Value> = listed.iter().map(|posting| &posting["balanceAfter"]).collect();
        assert_eq!(after, [&figure("100"), &figure("70"), &figure("75")]);
        assert_eq!(
            listed[1],
            json!({
                "id": listed[1]["id"], "time": "2026-01-01T01:00:00+00:00", "book": "balance", "amount": figure("-30"),
                "balanceAfter": figure("70"), "transactionId": 2, "bonusId": null, "step": "done",
                "description": "Balance change",
            })
        );
    });
}

#[test]
fn the_ids_of_postings_last_and_grow_with_time() {
    on_both(|app| {
        let admin = app.admin();
        let (_, account) = history(app, &admin);
        let ids = || -> Vec<i64> {
            postings(&admin, account, "sort_order=asc").iter().map(|posting| posting["id"].as_i64().unwrap()).collect()
        };
        let before = ids();
        assert!(before.is_sorted());
        admin.change_balance(account, "1");
        assert_eq!(ids()[..3], before);
    });
}

#[test]
fn postings_are_listed_from_the_newest_by_book_time_and_transaction() {
    on_both(|app| {
        let admin = app.admin();
        let (_, account) = history(app, &admin);
        let listed = |query: &str| amounts(&admin, account, query);
        assert_eq!(listed(""), ["5", "-30", "100"]);
        assert_eq!(listed("limit=1&offset=1"), ["-30"]);
        assert_eq!(listed("sort_by=time&sort_order=asc"), ["100", "-30", "5"]);
        assert_eq!(listed("filter[book]=balance&limit=1"), ["5"]);
        assert!(listed("filter[book]=hold").is_empty());
        assert_eq!(listed("filter[from]=2026-01-01T01:00:00Z&filter[to]=2026-01-01T02:00:00Z"), ["-30"]);
        assert_eq!(listed("filter[transactionId]=3"), ["5"]);
        assert_eq!(listed("filter[transactionId]=3&filter[book]=balance&filter[from]=2026-01-01T00:00:00Z"), ["5"]);
        assert!(listed("filter[transactionId]=99").is_empty());
        assert_eq!(admin.total(&format!("/api/v2/accounts/{account}/postings?filter[transactionId]=2")), 1);
    });
}

#[test]
fn a_transaction_shows_its_postings_on_this_account_alone() {
    on_both(|app| {
        let admin = app.admin();
        let (client, source) = app.wallet(&admin, "a@example.com", 840, "100");
        let destination = app.open_account(&admin, client, "personal", 840);
        let transfer = admin.transfer(client, [source, destination], "40").expect(201)["transactionId"].clone();
        let of = |account: i64| postings(&admin, account, &format!("filter[transactionId]={transfer}"));
        assert_eq!((&of(source)[0]["amount"], of(source).len()), (&figure("-40"), 1));
        assert_eq!((&of(destination)[0]["amount"], of(destination).len()), (&figure("40"), 1));
        assert_eq!(of(destination)[0]["description"], json!("Transfer"));
    });
}

#[test]
fn money_that_is_held_is_posted_on_both_books() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal);
        let withdrawal = ready.ask(app, "100").unwrap();
        let query = format!("filter[transactionId]={withdrawal}&sort_order=asc");
        let shown: Vec<Value> = postings(&admin, ready.account, &query)
            .iter()
            .map(|posting| json!([posting["book"], posting["amount"], posting["balanceAfter"], posting["description"]]))
            .collect();
        let held = "Withdrawal (amount held)";
        assert_eq!(
            shown,
            [
                json!(["balance", figure("-100"), figure("150"), held]),
                json!(["hold", figure("100"), figure("100"), held])
            ]
        );
        assert_eq!(postings(&admin, ready.account, "filter[book]=hold").len(), 1);
        let balances = admin.get(&format!("/api/v2/accounts/{}/balances", ready.account)).expect(200);
        assert_eq!((&balances["balance"], &balances["hold"]), (&figure("150"), &figure("100")));
    });
}

#[test]
fn a_description_is_in_the_language_of_the_caller() {
    on_both(|app| {
        let admin = app.admin();
        let (_, account) = history(app, &admin);
        let spanish = admin.with("Accept-Language", "es");
        assert_eq!(postings(&spanish, account, "limit=1")[0]["description"], json!("Ajuste de saldo"));
    });
}

#[test]
fn postings_are_exported_like_any_list() {
    on_both(|app| {
        let admin = app.admin();
        let (_, account) = history(app, &admin);
        let path = format!("/api/v2/accounts/{account}/postings?sort_order=asc");
        let csv = fetch(&admin, "GET", &path, &[("Accept", "text/csv")]).unwrap();
        let text = String::from_utf8(csv.body).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 4);
        assert!(lines[0].contains("balanceAfter") && lines[2].contains("-30.000000000000000000"), "{text}");
    });
}

#[test]
fn a_balance_is_told_at_any_time_of_the_past() {
    on_both(|app| {
        let admin = app.admin();
        let (_, account) = history(app, &admin);
        app.advance(3600);
        let at = |time: &str| {
            let answer = admin.get(&format!("/api/v2/accounts/{account}/balances?filter[at]={time}")).expect(200);
            answer["balance"].clone()
        };
        assert_eq!(at("2025-12-31T23:59:59Z"), figure("0"));
        assert_eq!(at("2026-01-01T00:00:00Z"), figure("100"));
        assert_eq!(at("2026-01-01T00:59:59Z"), figure("100"));
        assert_eq!(at("2026-01-01T01:00:00Z"), figure("70"));
        assert_eq!(at("2026-01-01T02:30:00Z"), figure("75"));
        let now = admin.get(&format!("/api/v2/accounts/{account}/balances")).expect(200);
        let zero = figure("0");
        assert_eq!(
            now,
            json!({
                "accountId": account, "currency": "USD", "at": "2026-01-01T03:00:00+00:00", "balance": figure("75"),
                "hold": zero, "credit": zero,
            })
        );
    });
}

#[test]
fn the_shown_time_of_a_posting_tells_the_balance_after_it() {
    on_both(|app| {
        let admin = app.admin();
        app.advance_micros(734_000);
        let (_, account) = history(app, &admin);
        for posting in postings(&admin, account, "") {
            let time = posting["time"].as_str().unwrap().replace("+00:00", "Z");
            let at = admin.get(&format!("/api/v2/accounts/{account}/balances?filter[at]={time}")).expect(200);
            assert_eq!(at["balance"], posting["balanceAfter"]);
            let before = format!("/api/v2/accounts/{account}/balances?filter[at]={}", time.replace('Z', ".7Z"));
            assert_ne!(admin.get(&before).expect(200)["balance"], posting["balanceAfter"]);
        }
    });
}

#[test]
fn a_year_of_five_digits_is_no_moment() {
    on_both(|app| {
        let admin = app.admin();
        let (_, account) = history(app, &admin);
        // The last second of 9999, an hour later in UTC.
        let path = format!("/api/v2/accounts/{account}/postings?filter[to]=9999-12-31T23:59:59-01:00");
        admin.get(&path).expect_faults(400, &[("filter[to]", "notDateTime")]);
    });
}

#[test]
fn the_balance_of_the_future_is_not_told() {
    on_both(|app| {
        let admin = app.admin();
        let (_, account) = history(app, &admin);
        let path = format!("/api/v2/accounts/{account}/balances?filter[at]=");
        admin.get(&format!("{path}2026-01-01T02:00:01Z")).expect_faults(400, &[("filter[at]", "momentAhead")]);
        admin.get(&format!("{path}yesterday")).expect_faults(400, &[("filter[at]", "notDateTime")]);
        admin.get("/api/v2/accounts/99/balances?filter[at]=2030-01-01T00:00:00Z").refused(404, "notFound");
    });
}

#[test]
fn what_is_told_of_an_account_is_told_to_those_who_see_its_client() {
    on_both(|app| {
        let admin = app.admin();
        let (_, account) = history(app, &admin);
        let tag = admin.create("/api/v2/tags", &json!({"name": "others"}));
        let (_, tagged) = app.user_of("tagged", &["accounts.read"], &json!({"clientTags": [tag]}));
        let period = "filter[from]=2026-01-01T00:00:00Z&filter[to]=2026-02-01T00:00:00Z";
        for path in ["postings", "balances", &format!("statement?{period}")] {
            let path = format!("/api/v2/accounts/{account}/{path}");
            admin.get(&path).expect(200);
            tagged.get(&path).refused(404, "notFound");
        }
        tagged.get(&format!("/api/v2/accounts/{account}/statement")).refused(404, "notFound");
    });
}
