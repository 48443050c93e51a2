//! The rates that clients are told.

use domain::ledger::AccountId;
use serde_json::{Value, json};
use storage::payments::exchanges;

use crate::harness::orders::requester;
use crate::harness::{Client, TestApp, amount, codes, on_both};

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

/// Exchanges at a rate that the client was told: the transaction, or why it is refused.
fn exchange(app: &TestApp, client: i64, accounts: [i64; 2], sold: &str, quote: &Value) -> Result<i64, String> {
    let accounts = accounts.map(AccountId::new);
    let (sold, quote) = (sold.parse().unwrap(), quote.as_str().unwrap().parse().unwrap());
    let exchanged =
        app.database.write(move |tx| exchanges::request_quoted(tx, requester(client), accounts, sold, &quote));
    exchanged.map(|transaction| transaction.id.get()).map_err(|error| codes::note_refusal(&error))
}

#[test]
fn an_exchange_is_at_the_rate_that_was_told_once() {
    on_both(|app| {
        let admin = app.admin();
        let pair = json!({"fromCurrency": 840, "toCurrency": 978, "isEnabled": true, "step": "1"});
        admin.create("/api/v2/currencies/pairs", &pair);
        let provider = app.rate(&admin, 840, 978, "0.9");
        admin.patch("/api/v2/currencies/840", &json!({"markupSell": "10"})).expect(200);
        let (ann, dollars) = app.wallet(&admin, "ann@example.com", 840, "100");
        let euros = app.open_account(&admin, ann, "personal", 978);
        let bob = admin.new_client("bob@example.com", &json!({}));
        for client in [ann, bob] {
            admin.permit(client, &["converter"]);
        }
        let told = |client: i64| app.as_client(client).get(&format!("{RATES}/usd/eur")).expect(200)["quoteId"].clone();
        let (quote, of_bob) = (told(ann), told(bob));
        let options = json!({"options": {"rate": "5", "baseCurrency": 840}});
        admin.patch(&format!("/api/v2/rates/providers/{provider}"), &options).expect(200);
        admin.patch("/api/v2/currencies/840", &json!({"markupSell": "0"})).expect(200);
        let accounts = [dollars, euros];
        let done = exchange(app, ann, accounts, "10", &quote).unwrap();
        let done = admin.get(&format!("/api/v2/transactions/{done}")).expect(200);
        assert_eq!((&done["status"], &done["foreignExchangeRate"]), (&json!("done"), &amount("0.81")));
        assert_eq!(
            (&done["creditDetails"]["amount"], &done["creditDetails"]["commission"]),
            (&amount("8.1"), &amount("0.9"))
        );
        let unknown = json!("00000000-0000-4000-8000-000000000000");
        for (quote, why) in [(&quote, "used"), (&of_bob, "another client's"), (&unknown, "unknown")] {
            assert!(exchange(app, ann, accounts, "10", quote).is_err(), "{why}");
        }
        let expired = told(ann);
        app.advance(60);
        assert!(exchange(app, ann, accounts, "10", &expired).is_err(), "expired");
        let good = told(ann);
        assert!(exchange(app, ann, [euros, dollars], "1", &good).is_err(), "of other currencies");
        assert!(exchange(app, ann, accounts, "0.5", &good).is_err(), "not a multiple of the step");
        exchange(app, ann, accounts, "1", &good).expect("a refused exchange does not use its rate up");
        admin.patch("/api/v2/settings", &json!({"exchangeNeedsRequest": true})).expect(200);
        let waits = exchange(app, ann, accounts, "1", &told(ann)).unwrap();
        let waits = admin.get(&format!("/api/v2/transactions/{waits}")).expect(200);
        assert_eq!(waits["status"], json!("pending"));
        app.verify();
    });
}

#[test]
fn rates_that_have_expired_are_forgotten() {
    on_both(|app| {
        let admin = app.admin();
        let client = market(app, &admin);
        client.get(&format!("{RATES}/usd")).expect(200);
        app.advance(61);
        app.sweep();
        let left = app.database.write(storage::payments::quotes::sweep).unwrap();
        assert_eq!(left, 0);
        client.get(&format!("{RATES}/usd/eur")).expect(200);
    });
}

#[test]
fn a_client_exchanges_between_their_accounts() {
    on_both(|app| {
        let admin = app.admin();
        let client = market(app, &admin);
        let (bob, dollars) = app.wallet(&admin, "bob@example.com", 840, "100");
        let euros = app.open_account(&admin, bob, "personal", 978);
        let (as_bob, other) = (app.as_client(bob), app.open_account(&admin, bob, "personal", 392));
        let quote = |client: &Client| client.get(&format!("{RATES}/usd/eur")).expect(200)["quoteId"].clone();
        let order = |accounts: [i64; 2], quote: &Value| {
            json!({
                "amount": "10", "sourceAccountId": accounts[0], "destinationAccountId": accounts[1], "quoteId": quote,
            })
        };
        let told = quote(&as_bob);
        let ask = |client: &Client, body: &Value| client.post("/api/v2/my/exchanges", body);
        admin
            .put(
                &format!("/api/v2/clients/{bob}/permissions"),
                &json!({"permissions": [{"name": "converter", "isEnabled": false}]}),
            )
            .expect(200);
        ask(&as_bob, &order([dollars, euros], &told)).refused(403, "clientPermissionMissing");
        admin.permit(bob, &["converter"]);
        assert_eq!(ask(&client, &order([dollars, euros], &quote(&client))).status, 422, "another client's accounts");
        ask(&as_bob, &order([dollars, other], &told)).refused(422, "quoteNotValid");
        ask(&as_bob, &json!({})).expect_faults(
            400,
            &[
                ("amount", "required"),
                ("destinationAccountId", "required"),
                ("quoteId", "required"),
                ("sourceAccountId", "required"),
            ],
        );
        let done = ask(&as_bob, &order([dollars, euros], &told)).expect(201);
        assert_eq!((&done["status"], &done["creditDetails"]["amount"]), (&json!("done"), &amount("9")));
        ask(&as_bob, &order([dollars, euros], &told)).refused(422, "quoteNotValid");
        admin.patch("/api/v2/settings", &json!({"exchangeNeedsRequest": true})).expect(200);
        assert_eq!(ask(&as_bob, &order([dollars, euros], &quote(&as_bob))).expect(202)["status"], json!("pending"));
        app.verify();
    });
}
