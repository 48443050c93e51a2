//! The rates that clients are told.

use serde_json::{Value, json};

use crate::harness::{Client, TestApp, amount, on_both};

const RATES: &str = "/api/v2/my/rates";

/// Dollars can be exchanged into euros and yen, of which only euros have a rate; a client.
fn market(app: &TestApp, admin: &Client) -> Client {
    for (to, max) in [(978, json!("500")), (392, Value::Null)] {
        let pair = json!({"fromCurrency": 840, "toCurrency": to, "isEnabled": true, "maxAmount": max});
        admin.create("/api/v2/currencies/pairs", &pair);
    }
    app.rate(admin, 840, 978, "0.9");
    app.as_client(admin.new_client("ann@example.com", &json!({})))
}

#[test]
fn a_client_is_told_the_rates_of_a_currency() {
    on_both(|app| {
        let admin = app.admin();
        let client = market(app, &admin);
        let rates = client.get(&format!("{RATES}/usd")).expect(200);
        assert_eq!(rates["total"], json!(2));
        let [yen, euro] = [0, 1].map(|place| rates["data"][place].clone());
        assert_eq!(
            (&yen["currency"]["alphabeticCode"], &yen["rate"], &yen["quoteId"]),
            (&json!("JPY"), &json!(null), &json!(null))
        );
        assert_eq!((&euro["rate"], &euro["lifetime"], &euro["maxAmount"]), (&json!("0.9"), &json!(60), &amount("500")));
        assert_eq!(euro["expiredAt"], json!("2026-01-01T00:01:00+00:00"));
        assert_eq!(client.get(&format!("{RATES}/USD/eur")).expect(200), euro);
        assert_eq!(client.get(&format!("{RATES}/usd?limit=1&offset=1")).expect(200)["data"], json!([euro]));
        assert_eq!(client.get(&format!("{RATES}/gbp")).expect(200), json!({"total": 0, "data": []}));
        client.get(&format!("{RATES}/xyz")).refused(404, "notFound");
        client.get(&format!("{RATES}/eur/usd")).refused(404, "notFound");
        let paired = client.get("/api/v2/my/currencies/usd/paired").expect(200);
        assert_eq!((&paired["total"], &paired["data"][1]), (&json!(2), &euro["currency"]));
        client.get("/api/v2/my/currencies/xyz/paired").refused(404, "notFound");
    });
}

#[test]
fn markups_are_in_the_rate() {
    on_both(|app| {
        let admin = app.admin();
        let client = market(app, &admin);
        admin.patch("/api/v2/currencies/840", &json!({"markupSell": "10"})).expect(200);
        assert_eq!(client.get(&format!("{RATES}/usd/eur")).expect(200)["rate"], json!("0.81"));
    });
}

#[test]
fn a_rate_is_told_again_for_a_while_to_the_same_client() {
    on_both(|app| {
        let admin = app.admin();
        let client = market(app, &admin);
        let bob = app.as_client(admin.new_client("bob@example.com", &json!({})));
        let told = |client: &Client| client.get(&format!("{RATES}/usd/eur")).expect(200)["quoteId"].clone();
        let first = told(&client);
        assert_ne!(told(&bob), first);
        app.advance(9);
        assert_eq!(told(&client), first);
        app.advance(1);
        assert_ne!(told(&client), first);
    });
}

#[test]
fn a_pair_that_is_closed_to_clients_is_not_there() {
    on_both(|app| {
        let admin = app.admin();
        let client = market(app, &admin);
        admin.patch("/api/v2/currencies/pairs/1", &json!({"isEnabled": false})).expect(200);
        client.get(&format!("{RATES}/usd/eur")).refused(404, "notFound");
        assert_eq!(client.total(&format!("{RATES}/usd")), 1);
        admin.patch("/api/v2/currencies/392", &json!({"enabled": false})).expect(200);
        assert_eq!(client.total(&format!("{RATES}/usd")), 0);
        assert_eq!(client.total("/api/v2/my/currencies/usd/paired"), 0);
        admin.patch("/api/v2/currencies/840", &json!({"enabled": false})).expect(200);
        client.get(&format!("{RATES}/usd")).refused(404, "notFound");
    });
}

#[test]
fn several_rates_are_told_at_once() {
    on_both(|app| {
        let admin = app.admin();
        let client = market(app, &admin);
        let pair = |base: &str, quote: &str| json!({"baseCurrency": base, "quoteCurrency": quote});
        let ask = |pairs: Value| client.post(&format!("{RATES}/pairs"), &json!({"pairs": pairs}));
        let told = ask(json!([pair("usd", "jpy"), pair("usd", "eur")])).expect(200);
        assert_eq!((&told["total"], &told["data"][1]["rate"]), (&json!(2), &json!("0.9")));
        let faults = [("pairs.0.baseCurrency", "unknown"), ("pairs.1", "pairNotExchanged")];
        ask(json!([pair("xyz", "eur"), pair("eur", "usd"), pair("usd", "eur")])).expect_faults(422, &faults);
        ask(json!([{"baseCurrency": "usd"}])).expect_faults(400, &[("pairs.0.quoteCurrency", "required")]);
        ask(json!(vec![pair("usd", "eur"); 101])).expect_faults(400, &[("pairs", "tooManyEntries")]);
        client.post(&format!("{RATES}/pairs"), &json!({})).refused(400, "required");
    });
}
