//! Deposits, withdrawals, transfers, exchanges, and what users decide on them.

use domain::clients::ClientId;
use domain::ledger::{AccountId, CurrencyCode, MethodId};
use domain::payments::{ExchangeOrder, MethodDirection};
use serde_json::{Value, json};
use storage::payments::client_orders::ClientOrder;
use storage::payments::{deposits, exchanges, transfers, withdrawals};

use crate::harness::{Client, Setup, TestApp, on_both, on_both_with};

const MANUAL_DEPOSIT: i64 = 1;
const MANUAL_WITHDRAWAL: i64 = 2;

fn amount(text: &str) -> String {
    text.parse::<domain::ledger::Amount>().unwrap().padded()
}

fn balance(admin: &Client, account: i64) -> [String; 3] {
    let statement = admin.get(&format!("/api/v2/accounts/{account}/balance")).expect(200);
    ["currentBalance", "hold", "availableBalance"].map(|field| statement[field].as_str().unwrap().to_owned())
}

fn balances(current: &str, hold: &str, available: &str) -> [String; 3] {
    [current, hold, available].map(amount)
}

#[test]
fn a_user_deposits_and_withdraws_by_the_manual_methods() {
    on_both(|app| {
        let admin = app.admin();
        let (client, account) = app.wallet(&admin, "a@example.com", 840, "0");
        let deposit = admin.post(
            "/api/v2/deposits",
            &json!({
                "accountId": account, "methodId": MANUAL_DEPOSIT, "amount": 100, "vendorCommission": "2",
                "providerCommission": "1.5",
            }),
        );
        assert_eq!(deposit.header("Location"), Some("/api/v2/transactions/1"));
        let deposit = deposit.expect(201);
        assert_eq!(deposit["status"], json!("done"));
        assert_eq!(deposit["clientId"], json!(client));
        assert_eq!(deposit["debitDetails"]["account"], json!(null));
        assert_eq!(deposit["debitDetails"]["amount"], json!(amount("100")));
        assert_eq!(deposit["creditDetails"]["amount"], json!(amount("98")));
        assert_eq!(deposit["creditDetails"]["commission"], json!(amount("2")));
        assert_eq!(deposit["meta"]["providerCommission"], json!(amount("1.5")));
        assert_eq!(deposit["meta"]["verificationStatus"], json!("approved"));
        assert_eq!(deposit["meta"].get("complianceStatus"), None);
        assert_eq!(deposit["method"], json!({"id": 1, "name": "Manual deposit"}));
        assert_eq!(deposit["application"], json!(null));
        assert_eq!(admin.get("/api/v2/transactions/1").expect(200), deposit);
        let withdrawal = admin
            .post(
                "/api/v2/withdrawals",
                &json!({
                    "accountId": account, "methodId": MANUAL_WITHDRAWAL, "amount": "50.25", "vendorCommission": 0.25,
                }),
            )
            .expect(201);
        assert_eq!(withdrawal["debitDetails"]["commission"], json!(amount("0.25")));
        assert_eq!(withdrawal["creditDetails"]["amount"], json!(amount("50")));
        assert_eq!(withdrawal["meta"]["dealingStatus"], json!("approved"));
        assert_eq!(balance(&admin, account), balances("47.75", "0", "47.75"));
        app.verify();
    });
}

#[test]
fn all_that_stands_against_a_deposit_is_told_and_nothing_is_stored() {
    on_both(|app| {
        let admin = app.admin();
        let (_, account) = app.wallet(&admin, "a@example.com", 978, "0");
        let deposit = |fields: Value| {
            let mut body = json!({"accountId": account, "methodId": MANUAL_DEPOSIT, "amount": "10"});
            for (name, value) in fields.as_object().unwrap() {
                body[name] = value.clone();
            }
            admin.post("/api/v2/deposits", &body)
        };
        deposit(json!({"amount": 0})).expect(400);
        deposit(json!({"amount": "-1"})).expect(400);
        deposit(json!({"amount": "0.1234567890123456789"})).expect(400);
        deposit(json!({"amount": "12345678901234567890123456789"})).expect(400);
        assert_eq!(
            deposit(json!({"amount": "x", "vendorCommission": []})).faulty_fields(),
            ["amount", "vendorCommission"]
        );
        assert_eq!(
            deposit(json!({"accountId": 99, "methodId": MANUAL_WITHDRAWAL})).faulty_fields(),
            ["accountId", "methodId"]
        );
        // No rate to USD, too many places, a commission above the amount.
        let refused = deposit(json!({"amount": "10.001", "vendorCommission": "11"}));
        assert_eq!(refused.faulty_fields(), ["accountId", "amount", "vendorCommission"]);
        refused.expect(422);
        app.rate(&admin, 978, 840, "1.1");
        admin.patch("/api/v2/deposits/methods/1", &json!({"isEnabled": false})).expect(200);
        deposit(json!({})).expect(422);
        admin.patch("/api/v2/deposits/methods/1", &json!({"isEnabled": true})).expect(200);
        admin.patch(&format!("/api/v2/accounts/{account}"), &json!({"permissions": ["enabled"]})).expect(200);
        deposit(json!({})).expect(422);
        admin
            .patch(&format!("/api/v2/accounts/{account}"), &json!({"permissions": ["enabled", "deposit"]}))
            .expect(200);
        admin.patch("/api/v2/currencies/978", &json!({"enabled": false})).expect(200);
        deposit(json!({})).expect(422);
        assert_eq!(admin.get("/api/v2/transactions").expect(200)["total"], json!(0));
        admin.patch("/api/v2/currencies/978", &json!({"enabled": true})).expect(200);
        let exact = format!(r#"{{"accountId": {account}, "methodId": 1, "amount": 9007199254740993.25}}"#);
        admin.call("POST", "/api/v2/deposits", Some(exact.as_bytes())).expect(201);
        assert_eq!(balance(&admin, account)[0], amount("9007199254740993.25"), "no binary float was in between");
        app.verify();
    });
}

#[test]
fn an_amount_beyond_all_digits_is_refused_and_not_rounded() {
    on_both(|app| {
        let admin = app.admin();
        let (_, account) = app.wallet(&admin, "a@example.com", 840, "99999999999999999999999999");
        let path = format!("/api/v2/accounts/{account}/balance");
        admin.patch(&path, &json!({"amount": "99999999999999999999999999"})).expect(200);
        for _ in 0..3 {
            admin.patch(&path, &json!({"amount": "9999999999999999999999999999"})).expect(422);
        }
        app.verify();
    });
}

#[test]
fn a_withdrawal_takes_no_more_than_there_is() {
    on_both(|app| {
        let admin = app.admin();
        let (_, account) = app.wallet(&admin, "a@example.com", 840, "10");
        let withdraw = |amount: &str| {
            admin.post(
                "/api/v2/withdrawals",
                &json!({"accountId": account, "methodId": MANUAL_WITHDRAWAL, "amount": amount}),
            )
        };
        withdraw("10.01").expect(422);
        withdraw("10").expect(201);
        withdraw("0.01").expect(422);
        assert_eq!(balance(&admin, account), balances("0", "0", "0"));
        app.verify();
    });
}

#[test]
fn money_is_transferred_between_accounts_of_one_client_and_currency() {
    on_both(|app| {
        let admin = app.admin();
        let (client, usd) = app.wallet(&admin, "a@example.com", 840, "100");
        let product = app.open_product(&admin, "trade", &[840, 978]);
        let (trading, eur) = (admin.new_account(client, product, 840), admin.new_account(client, product, 978));
        let (stranger, foreign) = app.wallet(&admin, "b@example.com", 840, "0");
        let transfer = |client: i64, from: i64, to: i64, amount: &str| {
            let body = json!({"clientId": client, "sourceId": from, "destinationId": to, "amount": amount});
            admin.post("/api/v2/transfers", &body)
        };
        let done = transfer(client, usd, trading, "40").expect(201);
        assert_eq!((&done["type"], &done["foreignExchangeRate"]), (&json!("transfer"), &json!(amount("1"))));
        assert_eq!(done["creditDetails"]["account"]["statement"]["currentBalance"], json!(amount("40")));
        assert_eq!(balance(&admin, usd), balances("60", "0", "60"));
        assert_eq!(balance(&admin, trading), balances("40", "0", "40"));
        transfer(client, usd, usd, "1").expect(400);
        transfer(client, usd, trading, "60.01").expect(422);
        transfer(client, usd, eur, "1").expect(422);
        assert_eq!(transfer(client, usd, foreign, "1").faulty_fields(), ["destinationId"]);
        assert_eq!(transfer(stranger, usd, foreign, "1").faulty_fields(), ["sourceId"]);
        assert_eq!(transfer(99, usd, trading, "1").faulty_fields(), ["clientId", "destinationId", "sourceId"]);
        app.verify();
    });
}

#[test]
fn an_exchange_follows_its_type_the_pair_and_the_markups() {
    on_both(|app| {
        let admin = app.admin();
        let (client, usd) = app.wallet(&admin, "a@example.com", 840, "1000");
        let product = app.open_product(&admin, "personal", &[978]);
        let eur = admin.new_account(client, product, 978);
        let exchange = |fields: Value| {
            let mut body = json!({"clientId": client, "sourceId": usd, "destinationId": eur});
            for (name, value) in fields.as_object().unwrap() {
                body[name] = value.clone();
            }
            admin.post("/api/v2/exchanges", &body)
        };
        let sell = json!({"type": "sell", "sourceAmount": "100"});
        exchange(sell.clone()).expect(422);
        let pair =
            json!({"fromCurrency": 840, "toCurrency": 978, "isEnabledForAdmin": true, "maxAmount": 500, "step": "0.5"});
        admin.post("/api/v2/currencies/pairs", &pair).expect(201);
        assert_eq!(exchange(sell.clone()).faulty_fields(), ["rate"]);
        app.rate(&admin, 840, 978, "2");
        admin.patch("/api/v2/currencies/840", &json!({"markupSell": 1})).expect(200);
        admin.patch("/api/v2/currencies/978", &json!({"markupBuy": "0.5"})).expect(200);
        let done = exchange(sell).expect(201);
        assert_eq!(done["foreignExchangeRate"], json!(amount("1.9701")));
        assert_eq!(done["creditDetails"]["amount"], json!(amount("197.01")));
        assert_eq!(done["creditDetails"]["commission"], json!(amount("2.99")));
        let done = exchange(json!({"type": "buy", "destinationAmount": "50"})).expect(201);
        assert_eq!(done["debitDetails"]["amount"], json!(amount("25.38")));
        assert_eq!(done["creditDetails"]["commission"], json!(amount("0.76")));
        let done = exchange(json!({"type": "sell", "sourceAmount": 100, "rate": "1.98"})).expect(201);
        assert_eq!(done["creditDetails"]["amount"], json!(amount("198")));
        let done = exchange(json!({"type": "direct", "sourceAmount": 100, "destinationAmount": "198"})).expect(201);
        assert_eq!(done["foreignExchangeRate"], json!(amount("1.98")));
        exchange(json!({"type": "sell", "sourceAmount": "500.5"})).expect(422);
        exchange(json!({"type": "sell", "sourceAmount": "0.3"})).expect(422);
        exchange(json!({"type": "sell", "destinationAmount": "1"})).expect(400);
        exchange(json!({"type": "direct", "sourceAmount": 1, "destinationAmount": 1, "rate": 1})).expect(400);
        exchange(json!({"sourceAmount": 1})).expect(400);
        assert_eq!(balance(&admin, usd)[0], amount("674.62"));
        assert_eq!(balance(&admin, eur)[0], amount("643.01"));
        app.verify();
    });
}

/// A client with what his own operations need: a dollar wallet, a method, all permissions.
pub fn ready_client(app: &TestApp, admin: &Client, direction: MethodDirection) -> (i64, i64, i64) {
    let (client, account) = app.wallet(admin, "client@example.com", 840, "250");
    let all = ["verification", "converter", "deposits", "withdrawals", "internal_transfers"]
        .map(|name| json!({"name": name, "isEnabled": true}));
    admin.put(&format!("/api/v2/clients/{client}/permissions"), &json!({"permissions": all})).expect(200);
    app.rate(admin, 978, 840, "1.1");
    app.rate(admin, 840, 978, "0.9");
    let path =
        if direction == MethodDirection::Deposit { "/api/v2/deposits/methods" } else { "/api/v2/withdrawals/methods" };
    let method = json!({"name": "sepa", "caption": "SEPA", "provider": "Constructor", "currencyCode": 840});
    let method = admin.post(path, &method).expect(201)["id"].as_i64().unwrap();
    let currency = json!({"currencyCode": 978, "type": "PS"});
    admin.post(&format!("{path}/{method}/currencies"), &currency).expect(201);
    let terms = if direction == MethodDirection::Deposit {
        json!({"currencyCode": 978, "type": "TR", "fixed": 1, "percent": "2.5", "min": 5, "max": 20})
    } else {
        json!({"currencyCode": 978, "type": "TR", "percent": 2, "min": 1})
    };
    admin.post(&format!("{path}/{method}/commissions"), &terms).expect(201);
    (client, account, method)
}

/// What the client's interface will call: it is not built yet, the operation behind it is.
pub fn ask(
    app: &TestApp,
    client: i64,
    direction: MethodDirection,
    account: i64,
    method: i64,
    amount: &str,
) -> Result<i64, String> {
    let order = ClientOrder {
        account: AccountId::new(account),
        method: MethodId::new(method),
        amount: amount.parse().unwrap(),
        payment_currency: CurrencyCode::new(978),
    };
    let asked = app.database.write(move |tx| match direction {
        MethodDirection::Deposit => deposits::request(tx, ClientId::new(client), &order),
        MethodDirection::Withdrawal => withdrawals::request(tx, ClientId::new(client), &order, None),
    });
    asked.map(|transaction| transaction.id.get()).map_err(|error| error.to_string())
}

#[test]
fn a_clients_withdrawal_is_held_approved_and_paid_out() {
    on_both(|app| {
        let admin = app.admin();
        let (client, account, method) = ready_client(app, &admin, MethodDirection::Withdrawal);
        let id = ask(app, client, MethodDirection::Withdrawal, account, method, "100").unwrap();
        assert_eq!(balance(&admin, account), balances("250", "100", "150"));
        let path = format!("/api/v2/transactions/{id}");
        let waiting = admin.get(&path).expect(200);
        assert_eq!(waiting["status"], json!("pending"));
        assert_eq!(waiting["application"]["status"], json!("pending"));
        assert_eq!(waiting["application"]["type"], json!("withdrawal"));
        assert_eq!(waiting["creditDetails"]["amount"], json!(amount("88.2")));
        assert_eq!(waiting["meta"]["complianceStatus"], json!("pending"));
        let set = |body: Value| admin.patch(&path, &body);
        set(json!({"dealingStatus": "declined"})).expect(200);
        set(json!({"status": "inProgress"})).expect(409);
        set(json!({"status": "done"})).expect(409);
        set(json!({"status": "rejected"})).expect(400);
        set(json!({"verificationStatus": "approved"})).expect(422);
        set(json!({"dealingStatus": "approved", "status": "inProgress"})).expect(200);
        assert_eq!(balance(&admin, account), balances("250", "100", "150"), "approval posts nothing");
        let done = set(json!({"status": "done", "blockchainTransaction": "abc"})).expect(200);
        assert_eq!(done["creditDetails"]["amount"], json!(amount("88.2")));
        assert_eq!(done["creditDetails"]["commission"], json!(amount("1.8")));
        assert_eq!(done["foreignExchangeRate"], json!(amount("0.9")));
        assert_eq!(done["application"]["status"], json!("approved"));
        assert_eq!(done["meta"]["blockchainTransaction"], json!("abc"));
        assert_eq!(balance(&admin, account), balances("150", "0", "150"));
        set(json!({"status": "failed"})).expect(409);
        app.verify();
    });
}

#[test]
fn whatever_ends_a_withdrawal_frees_its_hold() {
    on_both(|app| {
        let admin = app.admin();
        let (client, account, method) = ready_client(app, &admin, MethodDirection::Withdrawal);
        for steps in [
            vec![json!({"status": "rejected", "resolutionId": 1})],
            vec![json!({"status": "cancelled"})],
            vec![json!({"status": "inProgress"}), json!({"status": "refund"})],
        ] {
            let id = ask(app, client, MethodDirection::Withdrawal, account, method, "100").unwrap();
            for step in &steps {
                admin.patch(&format!("/api/v2/transactions/{id}"), step).expect(200);
            }
            assert_eq!(balance(&admin, account), balances("250", "0", "250"), "{steps:?}");
        }
        let id = ask(app, client, MethodDirection::Withdrawal, account, method, "100").unwrap();
        let path = format!("/api/v2/transactions/{id}");
        admin.patch(&path, &json!({"status": "rejected", "resolutionId": 99})).expect(422);
        admin.delete(&format!("/api/v2/clients/{client}")).expect(409);
        app.verify();
    });
}

#[test]
fn without_holds_the_balance_is_judged_when_it_is_approved() {
    on_both(|app| {
        let admin = app.admin();
        let (client, account, method) = ready_client(app, &admin, MethodDirection::Withdrawal);
        let options = admin.get("/api/v2/transactions/types/2").expect(200)["options"].clone();
        assert_eq!(options["holds"], json!(true));
        admin.patch("/api/v2/transactions/types/2", &json!({"options": {"holds": false}})).expect(200);
        let id = ask(app, client, MethodDirection::Withdrawal, account, method, "200").unwrap();
        assert_eq!(balance(&admin, account), balances("250", "0", "250"));
        let path = format!("/api/v2/accounts/{account}/balance");
        admin.patch(&path, &json!({"amount": "-100"})).expect(200);
        let transaction = format!("/api/v2/transactions/{id}");
        admin.patch(&transaction, &json!({"status": "inProgress"})).expect(422);
        assert_eq!(admin.get(&transaction).expect(200)["status"], json!("pending"));
        admin.patch(&path, &json!({"amount": "100"})).expect(200);
        admin.patch(&transaction, &json!({"status": "inProgress"})).expect(200);
        admin.patch(&transaction, &json!({"status": "done"})).expect(200);
        assert_eq!(balance(&admin, account), balances("50", "0", "50"));
        app.verify();
    });
}

#[test]
fn a_clients_deposit_is_credited_when_it_is_approved() {
    on_both(|app| {
        let admin = app.admin();
        let (client, account, method) = ready_client(app, &admin, MethodDirection::Deposit);
        let id = ask(app, client, MethodDirection::Deposit, account, method, "1000").unwrap();
        assert_eq!(balance(&admin, account), balances("250", "0", "250"));
        let path = format!("/api/v2/transactions/{id}");
        admin.patch(&path, &json!({"verificationStatus": "pending"})).expect(200);
        let done = admin.patch(&path, &json!({"status": "inProgress"})).expect(200);
        assert_eq!((&done["status"], &done["meta"]["verificationStatus"]), (&json!("done"), &json!("approved")));
        assert_eq!(done["debitDetails"]["commission"], json!(amount("20")));
        assert_eq!(balance(&admin, account), balances("1328", "0", "1328"));
        app.verify();
    });
}

#[test]
fn limits_count_what_both_move_and_stop_clients_alone() {
    on_both(|app| {
        let admin = app.admin();
        let (client, account, method) = ready_client(app, &admin, MethodDirection::Deposit);
        let set = "UPDATE verification_levels SET limits = '{\"depositDaily\":\"1500\"}'";
        app.run_sql(set);
        admin
            .post("/api/v2/deposits", &json!({"accountId": account, "methodId": MANUAL_DEPOSIT, "amount": "400"}))
            .expect(201);
        ask(app, client, MethodDirection::Deposit, account, method, "1000").unwrap();
        let refused = ask(app, client, MethodDirection::Deposit, account, method, "10").unwrap_err();
        assert!(refused.contains("1500"), "{refused}");
        admin
            .post("/api/v2/deposits", &json!({"accountId": account, "methodId": MANUAL_DEPOSIT, "amount": "400"}))
            .expect(201);
        app.advance(24 * 3600);
        ask(app, client, MethodDirection::Deposit, account, method, "10").unwrap();
    });
}

#[test]
fn a_client_who_may_not_is_refused() {
    on_both(|app| {
        let admin = app.admin();
        let (client, account, method) = ready_client(app, &admin, MethodDirection::Withdrawal);
        let asks = || ask(app, client, MethodDirection::Withdrawal, account, method, "1").unwrap_err();
        admin.patch("/api/v2/transactions/types/2", &json!({"enabled": false})).expect(200);
        assert!(asks().contains("switched off"));
        admin.patch("/api/v2/transactions/types/2", &json!({"enabled": true})).expect(200);
        let body = json!({"name": "client_type", "isEnabled": true, "type": "deny", "ids": [1]});
        let restrictions = format!("/api/v2/withdrawals/methods/{method}/restrictions");
        admin.post(&restrictions, &body).expect(201);
        assert!(asks().contains("methodId"));
        admin.delete(&format!("{restrictions}/1")).expect(204);
        admin.put(&format!("/api/v2/clients/{client}/permissions"), &json!({"permissions": []})).expect(200);
        assert!(asks().contains("withdrawals"));
        admin.patch(&format!("/api/v2/clients/{client}"), &json!({"status": "banned"})).expect(200);
        assert!(asks().contains("not active"));
    });
}

#[test]
fn a_transfer_to_another_client_waits_blocked() {
    on_both(|app| {
        let admin = app.admin();
        let (client, account, _) = ready_client(app, &admin, MethodDirection::Withdrawal);
        let (_, other) = app.wallet(&admin, "b@example.com", 840, "0");
        let ids = [AccountId::new(account), AccountId::new(other)];
        let asked =
            app.database.write(move |tx| transfers::request(tx, ClientId::new(client), ids, "40".parse().unwrap()));
        let id = asked.unwrap().id.get();
        assert_eq!(balance(&admin, account), balances("250", "40", "210"));
        let path = format!("/api/v2/transactions/{id}");
        let done = admin.patch(&path, &json!({"status": "inProgress"})).expect(200);
        assert_eq!((&done["type"], &done["status"]), (&json!("external"), &json!("done")));
        assert_eq!(balance(&admin, account), balances("210", "0", "210"));
        assert_eq!(balance(&admin, other), balances("40", "0", "40"));
        app.verify();
    });
}

#[test]
fn an_exchange_that_needs_a_request_runs_at_its_rate() {
    on_both(|app| {
        let admin = app.admin();
        let (client, account, _) = ready_client(app, &admin, MethodDirection::Withdrawal);
        let product = app.open_product(&admin, "personal", &[978]);
        let euros = admin.new_account(client, product, 978);
        let pair = json!({"fromCurrency": 840, "toCurrency": 978, "isEnabled": true, "isRequestRequired": true});
        let pair = admin.post("/api/v2/currencies/pairs", &pair).expect(201)["id"].clone();
        let ids = [AccountId::new(account), AccountId::new(euros)];
        let order = ExchangeOrder::Sell { source: "100".parse().unwrap(), rate: None };
        let asked = app.database.write(move |tx| exchanges::request(tx, ClientId::new(client), ids, &order));
        let id = asked.unwrap().id.get();
        assert_eq!(balance(&admin, account), balances("250", "100", "150"));
        admin.delete(&format!("/api/v2/currencies/pairs/{pair}")).expect(409);
        admin.patch(&format!("/api/v2/transactions/{id}"), &json!({"status": "inProgress"})).expect(200);
        assert_eq!(balance(&admin, account), balances("150", "0", "150"));
        assert_eq!(balance(&admin, euros), balances("90", "0", "90"));
        admin.delete(&format!("/api/v2/currencies/pairs/{pair}")).expect(204);
        app.verify();
    });
}

#[test]
fn whoever_decides_holds_the_rights_of_the_department_and_the_request() {
    on_both(|app| {
        let admin = app.admin();
        let (client, account, method) = ready_client(app, &admin, MethodDirection::Withdrawal);
        let id = ask(app, client, MethodDirection::Withdrawal, account, method, "100").unwrap();
        let path = format!("/api/v2/transactions/{id}");
        let user = app.user_with("clerk", &["transactions.update", "transactions.read", "withdrawalDealing.update"]);
        user.patch(&path, &json!({"complianceStatus": "approved"})).expect(403);
        user.patch(&path, &json!({"dealingStatus": "approved"})).expect(200);
        user.patch(&path, &json!({"status": "inProgress"})).expect(403);
        user.patch(&path, &json!({"status": "rejected", "resolutionId": 1})).expect(403);
        user.patch(&path, &json!({"status": "cancelled"})).expect(200);
    });
}

#[test]
fn transactions_are_found_by_every_filter() {
    on_both(|app| {
        let admin = app.admin();
        let (client, account) = app.wallet(&admin, "a@example.com", 840, "0");
        for paid in ["10", "9", "100.5"] {
            let body = json!({"accountId": account, "methodId": MANUAL_DEPOSIT, "amount": paid});
            admin.post("/api/v2/deposits", &body).expect(201);
            app.advance(60);
        }
        let total = |query: &str| admin.get(&format!("/api/v2/transactions?{query}")).expect(200)["total"].clone();
        for query in [
            &format!("filter[accountId]={account}"),
            "filter[creditAccountNumber]=1000001",
            "filter[status]=done",
            "filter[type]=deposit",
            &format!("filter[clientId]={client}"),
            "filter[methodId]=1",
            "filter[fromCreateTime]=2026-01-01T00:00:00%2B00:00",
            "filter[toCreateTime]=2026-01-01T02:02:00%2B02:00",
        ] {
            assert_eq!(total(query), json!(3), "{query}");
        }
        for query in [
            "filter[debitAccountNumber]=1000001",
            "filter[status]=new",
            "filter[status]=nosuch",
            "filter[methodId]=2",
            "filter[fromCreateTime]=2026-01-01T00:03:00Z",
        ] {
            assert_eq!(total(query), json!(0), "{query}");
        }
        admin.get("/api/v2/transactions?filter[fromCreateTime]=today").expect(400);
        let by_amount = admin.get("/api/v2/transactions?sort_by=creditAmount").expect(200);
        let amounts: Vec<&Value> =
            by_amount["data"].as_array().unwrap().iter().map(|one| &one["creditDetails"]["amount"]).collect();
        assert_eq!(amounts, [&json!(amount("9")), &json!(amount("10")), &json!(amount("100.5"))]);
        let newest = admin.get("/api/v2/transactions?limit=1&total=false").expect(200);
        assert_eq!(newest["data"][0]["transactionId"], json!(3));
        assert_eq!(newest.get("total"), None);
    });
}

#[test]
fn six_types_of_transactions_are_given() {
    on_both(|app| {
        let admin = app.admin();
        let types = admin.get("/api/v2/transactions/types").expect(200);
        let names: Vec<&Value> = types["data"].as_array().unwrap().iter().map(|kind| &kind["name"]).collect();
        assert_eq!(names, ["deposit", "payout", "transfer", "internal_transfer", "exchange", "partners"]);
        let body = json!({"caption": "Payouts", "options": {"holds": false, "mine": {"a": 1}}});
        let changed = admin.put("/api/v2/transactions/types/2", &body).expect(200);
        assert_eq!((&changed["options"]["holds"], &changed["options"]["mine"]), (&json!(false), &json!({"a": 1})));
        assert_eq!(changed["options"]["automaticFor"], json!("both"), "what is left out stays");
        admin.put("/api/v2/transactions/types/2", &json!({"name": "deposit"})).expect(400);
        admin.put("/api/v2/transactions/types/2", &json!({"options": {"holds": "x"}})).expect(400);
        admin.get("/api/v2/transactions/types/7").expect(404);
    });
}

#[test]
fn a_check_needs_a_provider() {
    on_both(|app| {
        let admin = app.admin();
        let (client, account) = app.wallet(&admin, "a@example.com", 840, "10");
        let product = app.open_product(&admin, "personal", &[840]);
        let second = admin.new_account(client, product, 840);
        admin.post("/api/v2/transactions/1/check", &json!({})).expect(409);
        let body = json!({"clientId": client, "sourceId": account, "destinationId": second, "amount": "1"});
        let transfer = admin.post("/api/v2/transfers", &body).expect(201)["transactionId"].clone();
        admin.post(&format!("/api/v2/transactions/{transfer}/check"), &json!({})).expect(422);
        admin.post("/api/v2/transactions/99/check", &json!({})).expect(404);
        assert_eq!(admin.get("/api/v2/monitoring/transactions").expect(200)["total"], json!(0));
    });
}

#[test]
fn money_of_unseen_clients_does_not_exist() {
    on_both(|app| {
        let admin = app.admin();
        let tag = admin.post("/api/v2/tags", &json!({"name": "VIP"})).expect(201)["id"].clone();
        let (client, account) = app.wallet(&admin, "a@example.com", 840, "10");
        let rights = [
            "accounts.read",
            "accounts.update",
            "accounts.delete",
            "accountBalances.update",
            "transactions.read",
            "transactions.update",
            "deposits.create",
            "transfers.create",
        ];
        let (_, user) = app.user_of("tagged", &rights, &json!({"clientTags": [tag]}));
        for path in ["", "/balance", "/preferences"] {
            user.get(&format!("/api/v2/accounts/{account}{path}")).expect(404);
        }
        user.patch(&format!("/api/v2/accounts/{account}/balance"), &json!({"amount": 1})).expect(404);
        user.patch(&format!("/api/v2/accounts/{account}"), &json!({"caption": "x"})).expect(404);
        user.post(&format!("/api/v2/accounts/{account}/archive"), &json!({})).expect(404);
        user.get("/api/v2/transactions/1").expect(404);
        user.patch("/api/v2/transactions/1", &json!({"comment": "x"})).expect(404);
        assert_eq!(user.get("/api/v2/transactions").expect(200)["total"], json!(0));
        assert_eq!(user.get("/api/v2/accounts").expect(200)["total"], json!(0));
        let body = json!({"accountId": account, "methodId": 1, "amount": 1});
        assert_eq!(user.post("/api/v2/deposits", &body).faulty_fields(), ["accountId"]);
        let body = json!({"clientId": client, "sourceId": account, "destinationId": 99, "amount": 1});
        assert_eq!(user.post("/api/v2/transfers", &body).faulty_fields(), ["clientId", "destinationId", "sourceId"]);
    });
}

#[test]
fn a_small_withdrawal_is_paid_out_without_approval_where_that_is_switched_on() {
    on_both(|app| {
        let admin = app.admin();
        let (client, account, method) = ready_client(app, &admin, MethodDirection::Withdrawal);
        let types = admin.get("/api/v2/transactions/types").expect(200);
        let payout =
            types["data"].as_array().unwrap().iter().find(|kind| kind["name"] == "payout").unwrap()["id"].clone();
        let options = json!({"options": {"automatic": true, "automaticFor": "fiat"}});
        admin.patch(&format!("/api/v2/transactions/types/{payout}"), &options).expect(200);
        let pending = ask(app, client, MethodDirection::Withdrawal, account, method, "20").unwrap();
        assert_eq!(admin.get(&format!("/api/v2/transactions/{pending}")).expect(200)["status"], json!("pending"));
        // Levels and their limits, and payment systems, have no operations yet.
        app.run_sql("UPDATE verification_levels SET limits = '{\"automaticWithdrawal\":\"30\"}'");
        app.run_sql("UPDATE methods SET provider = 'bank', connection_id = 1 WHERE name = 'sepa'");
        let id = ask(app, client, MethodDirection::Withdrawal, account, method, "20").unwrap();
        let transaction = admin.get(&format!("/api/v2/transactions/{id}")).expect(200);
        assert_eq!(transaction["status"], json!("inProgress"));
        assert_eq!(transaction["application"], json!(null), "nobody is asked");
        assert_eq!(transaction["meta"]["complianceStatus"], json!("approved"));
        admin.patch(&format!("/api/v2/transactions/{id}"), &json!({"status": "done"})).expect(200);
        app.verify();
    });
}

#[test]
fn a_monitoring_provider_judges_by_its_threshold() {
    let setup = Setup { red_above_usd: Some("50"), ..Setup::default() };
    on_both_with(&setup, |app| {
        let admin = app.admin();
        let (client, account) = app.wallet(&admin, "a@example.com", 840, "0");
        let review = |amount: &str| {
            let deposit = json!({"accountId": account, "methodId": MANUAL_DEPOSIT, "amount": amount});
            let id = admin.post("/api/v2/deposits", &deposit).expect(201)["transactionId"].clone();
            admin.post(&format!("/api/v2/transactions/{id}/check"), &json!({})).expect(202)
        };
        let green = review("50");
        assert_eq!([&green["reviewStatus"], &green["direction"]], [&json!("green"), &json!("deposit")]);
        assert_eq!(review("50.01")["reviewStatus"], json!("red"));
        let results = "/api/v2/monitoring/transactions";
        let red = admin.get(&format!("{results}?filter[clientId]={client}&filter[reviewStatus]=red")).expect(200);
        assert_eq!((red["total"].clone(), red["data"][0]["id"].clone()), (json!(1), json!(2)));
        assert_eq!(admin.get(&format!("{results}/{}", green["id"])).expect(200), green);
        let other = admin.post("/api/v2/transactions/99/check", &json!({}));
        assert_eq!(other.status, 404);
    });
}
