//! Accounts that an outside platform keeps: money is on its way until the platform has answered.

use serde_json::{Value, json};

use crate::harness::orders::ask_transfer;
use crate::harness::{Client, Gateway, Setup, TestApp, amount, on_both, on_both_with};

fn balance(admin: &Client, account: i64) -> Value {
    admin.statement(account)["currentBalance"].clone()
}

/// A client with a wallet of 100 and an account on an outside platform.
fn prepare(app: &TestApp, admin: &Client, gateway: &Gateway) -> (i64, i64, i64) {
    let (client, wallet) = app.wallet(admin, "a@example.com", 840, "100");
    let product = app.open_product(admin, "trade", &[840]);
    admin.connect(admin.platform_of(product), gateway);
    (client, wallet, admin.new_account(client, product, 840))
}

fn transfer(admin: &Client, client: i64, from: i64, to: i64, amount: &str) -> i64 {
    let transaction = admin.transfer(client, [from, to], amount).expect(201);
    assert_eq!(transaction["status"], json!("inProgress"));
    transaction["transactionId"].as_i64().unwrap()
}

fn status(admin: &Client, id: i64) -> Value {
    admin.get(&format!("/api/v2/transactions/{id}")).expect(200)["status"].clone()
}

#[test]
fn a_transfer_arrives_when_the_platform_confirms() {
    on_both(|app| {
        let gateway = Gateway::start();
        let admin = app.admin();
        let (client, wallet, outside) = prepare(app, &admin, &gateway);
        let id = transfer(&admin, client, wallet, outside, "40");
        assert_eq!([balance(&admin, wallet), balance(&admin, outside)], [amount("60"), amount("0")]);
        app.verify();
        app.run_jobs();
        assert_eq!(status(&admin, id), json!("done"));
        assert_eq!([balance(&admin, wallet), balance(&admin, outside)], [amount("60"), amount("40")]);
        let number = admin.account_number(outside);
        let asked = json!({
            "order": 1, "account": number, "currency": "USD", "balanceChange": "40", "creditChange": "0",
        });
        assert_eq!(gateway.orders(), [("order-1".to_owned(), asked)]);
        let back = transfer(&admin, client, outside, wallet, "15");
        assert_eq!(balance(&admin, outside), amount("25"), "what is on its way is not there any more");
        app.run_jobs();
        assert_eq!(status(&admin, back), json!("done"));
        assert_eq!([balance(&admin, wallet), balance(&admin, outside)], [amount("75"), amount("25")]);
        app.verify();
    });
}

#[test]
fn what_the_platform_refuses_comes_back() {
    on_both(|app| {
        let gateway = Gateway::start();
        gateway.answer(422);
        let admin = app.admin();
        let (client, wallet, outside) = prepare(app, &admin, &gateway);
        let id = transfer(&admin, client, wallet, outside, "40");
        let deposit = json!({"accountId": outside, "methodId": 1, "amount": "7", "vendorCommission": "1"});
        let deposit = admin.create("/api/v2/deposits", &deposit);
        app.run_jobs();
        assert_eq!([status(&admin, id), status(&admin, deposit)], [json!("failed"), json!("failed")]);
        assert_eq!([balance(&admin, wallet), balance(&admin, outside)], [amount("100"), amount("0")]);
        app.verify();
    });
}

#[test]
fn an_answer_that_stays_out_leaves_it_to_a_user() {
    on_both(|app| {
        let gateway = Gateway::start();
        gateway.answer(0);
        let admin = app.admin();
        let (client, wallet, outside) = prepare(app, &admin, &gateway);
        let done = transfer(&admin, client, wallet, outside, "10");
        let failed = transfer(&admin, client, wallet, outside, "20");
        let again = transfer(&admin, client, wallet, outside, "30");
        for _ in 0..8 {
            app.run_jobs();
            assert_eq!(balance(&admin, outside), amount("0"));
            app.advance(1_000);
        }
        for id in [done, failed, again] {
            assert_eq!(status(&admin, id), json!("partial"));
        }
        let keys: std::collections::BTreeSet<String> = gateway.orders().into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys.len(), 3, "it was asked again under the same key");
        let set = |id: i64, status: &str| {
            admin.patch(&format!("/api/v2/transactions/{id}"), &json!({"status": status})).expect(200)["status"].clone()
        };
        assert_eq!(set(done, "done"), json!("done"));
        assert_eq!(set(failed, "failed"), json!("failed"));
        assert_eq!(set(again, "inProgress"), json!("inProgress"));
        assert_eq!([balance(&admin, wallet), balance(&admin, outside)], [amount("60"), amount("10")]);
        gateway.answer(200);
        app.run_jobs();
        assert_eq!([balance(&admin, wallet), balance(&admin, outside)], [amount("60"), amount("40")]);
        app.verify();
    });
}

/// What was held leaves the hold for the platform, and is free again when the platform refuses.
#[test]
fn what_was_held_for_a_platform_is_free_again_when_it_refuses() {
    on_both(|app| {
        let gateway = Gateway::start();
        let admin = app.admin();
        let (client, wallet, outside) = prepare(app, &admin, &gateway);
        transfer(&admin, client, wallet, outside, "50");
        app.run_jobs();
        admin.permit(client, &["internal_transfers"]);
        let (_, other) = app.wallet(&admin, "b@example.com", 840, "0");
        let ask = || {
            let id = ask_transfer(&app.database, client, [outside, other], "20").unwrap();
            let hold = admin.statement(outside)["hold"].clone();
            assert_eq!(hold, amount("20"));
            let path = format!("/api/v2/transactions/{id}");
            let approved = admin.patch(&path, &json!({"status": "inProgress"})).expect(200);
            assert_eq!(approved["status"], json!("inProgress"), "the platform is asked");
            app.verify();
            app.run_jobs();
            app.verify();
            (status(&admin, id), balance(&admin, outside), balance(&admin, other))
        };
        gateway.answer(403);
        assert_eq!(ask(), (json!("failed"), amount("50"), amount("0")));
        let free = admin.statement(outside)["availableBalance"].clone();
        assert_eq!(free, amount("50"));
        gateway.answer(204);
        assert_eq!(ask(), (json!("done"), amount("30"), amount("20")));
    });
}

#[test]
fn between_two_platforms_the_one_that_gives_is_asked_first() {
    on_both(|app| {
        let gateway = Gateway::start();
        let admin = app.admin();
        let (client, wallet, first) = prepare(app, &admin, &gateway);
        let product = app.open_product(&admin, "trade", &[840]);
        admin.connect(admin.platform_of(product), &gateway);
        let second = admin.new_account(client, product, 840);
        transfer(&admin, client, wallet, first, "40");
        app.run_jobs();
        let id = transfer(&admin, client, first, second, "30");
        app.run_jobs();
        assert_eq!(status(&admin, id), json!("done"));
        let changes: Vec<Value> = gateway.orders().iter().map(|(_, order)| order["balanceChange"].clone()).collect();
        assert_eq!(changes, [json!("40"), json!("-30"), json!("30")]);
        assert_eq!([balance(&admin, first), balance(&admin, second)], [amount("10"), amount("30")]);
        app.verify();
    });
}

#[test]
fn an_exchange_on_a_hedged_pair_is_done_again_outside() {
    let gateway = Gateway::start();
    let setup = Setup { hedging_url: Some(gateway.url.clone()), ..Setup::default() };
    let asked_before = std::cell::Cell::new(0);
    on_both_with(&setup, |app| {
        gateway.answer(200);
        let admin = app.admin();
        let (client, dollars) = app.wallet(&admin, "a@example.com", 840, "100");
        let euros = app.open_account(&admin, client, "personal", 978);
        let pair = json!({"fromCurrency": 840, "toCurrency": 978, "isEnabledForAdmin": true, "isHedgingEnabled": true});
        let pair = admin.create("/api/v2/currencies/pairs", &pair);
        let exchange = || {
            let body = json!({
                "clientId": client, "sourceId": dollars, "destinationId": euros, "type": "sell", "sourceAmount": 10,
                "rate": "0.9",
            });
            let done = admin.post("/api/v2/exchanges", &body).expect(201);
            assert_eq!(done["status"], json!("done"));
            app.run_jobs();
            gateway.orders().len() - asked_before.get()
        };
        assert_eq!(exchange(), 1);
        let asked = json!({"hedge": 1, "transaction": 2, "sell": "USD", "buy": "EUR", "amount": "10", "rate": "0.9"});
        assert_eq!(gateway.orders().last(), Some(&("hedge-1".to_owned(), asked)));
        // One that is refused changes nothing of the exchange.
        gateway.answer(422);
        assert_eq!(exchange(), 2);
        app.advance(10_000);
        assert_eq!(exchange(), 3, "what was refused is not asked for again");
        // Types of clients can be left out, and pairs.
        let types = admin.get("/api/v2/transactions/types").expect(200);
        let kind =
            types["data"].as_array().unwrap().iter().find(|kind| kind["name"] == "exchange").unwrap()["id"].clone();
        let of_client = admin.get(&format!("/api/v2/clients/{client}")).expect(200)["type"]["id"].clone();
        let change = |left_out: Value| {
            let options = json!({"options": {"notHedgedClientTypes": left_out}});
            admin.patch(&format!("/api/v2/transactions/types/{kind}"), &options).expect(200);
        };
        change(json!([of_client]));
        assert_eq!(exchange(), 3);
        change(json!([]));
        admin.patch(&format!("/api/v2/currencies/pairs/{pair}"), &json!({"isHedgingEnabled": false})).expect(200);
        assert_eq!(exchange(), 3);
        app.verify();
        asked_before.set(gateway.orders().len());
    });
}
