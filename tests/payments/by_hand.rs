//! Deposits, withdrawals, transfers and exchanges that users make themselves.

use serde_json::{Value, json};

use super::{balance, balances};
use crate::harness::{MANUAL_DEPOSIT, MANUAL_WITHDRAWAL, amount, on_both, with};

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
        assert_eq!(deposit["debitDetails"]["amount"], amount("100"));
        assert_eq!(deposit["creditDetails"]["amount"], amount("98"));
        assert_eq!(deposit["creditDetails"]["commission"], amount("2"));
        assert_eq!(deposit["meta"]["providerCommission"], amount("1.5"));
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
        assert_eq!(withdrawal["debitDetails"]["commission"], amount("0.25"));
        assert_eq!(withdrawal["creditDetails"]["amount"], amount("50"));
        assert_eq!(withdrawal["meta"]["dealingStatus"], json!("approved"));
        assert_eq!(balance(&admin, account), balances("47.75", "0", "47.75"));
        app.verify();
    });
}

#[test]
fn every_obstacle_to_a_deposit_is_reported_and_nothing_is_stored() {
    on_both(|app| {
        let admin = app.admin();
        let (_, account) = app.wallet(&admin, "a@example.com", 978, "0");
        let deposit = |fields: Value| {
            let order = json!({"accountId": account, "methodId": MANUAL_DEPOSIT, "amount": "10"});
            admin.post("/api/v2/deposits", &with(order, &fields))
        };
        deposit(json!({"amount": 0})).refused(400, "notPositive");
        deposit(json!({"amount": "-1"})).refused(400, "notPositive");
        deposit(json!({"amount": "0.1234567890123456789"})).refused(400, "tooManyDigits");
        deposit(json!({"amount": "12345678901234567890123456789"})).refused(400, "tooManyDigits");
        assert_eq!(
            deposit(json!({"amount": "x", "vendorCommission": []})).faulty_fields(),
            ["amount", "vendorCommission"]
        );
        assert_eq!(
            deposit(json!({"accountId": 99, "methodId": MANUAL_WITHDRAWAL})).faulty_fields(),
            ["accountId", "methodId"]
        );
        // No rate to USD, too many places, a commission above the amount.
        let faults = [("accountId", "noUsdRate"), ("amount", "tooManyPlaces"), ("vendorCommission", "nothingLeft")];
        deposit(json!({"amount": "10.001", "vendorCommission": "11"})).expect_faults(422, &faults);
        app.rate(&admin, 978, 840, "1.1");
        admin.patch("/api/v2/deposits/methods/1", &json!({"isEnabled": false})).expect(200);
        deposit(json!({})).refused(422, "disabled");
        admin.patch("/api/v2/deposits/methods/1", &json!({"isEnabled": true})).expect(200);
        admin.patch(&format!("/api/v2/accounts/{account}"), &json!({"permissions": ["enabled"]})).expect(200);
        deposit(json!({})).refused(422, "accountPermissionMissing");
        admin
            .patch(&format!("/api/v2/accounts/{account}"), &json!({"permissions": ["enabled", "deposit"]}))
            .expect(200);
        admin.patch("/api/v2/currencies/978", &json!({"enabled": false})).expect(200);
        deposit(json!({})).refused(422, "accountCurrencyDisabled");
        assert_eq!(admin.total("/api/v2/transactions"), 0);
        admin.patch("/api/v2/currencies/978", &json!({"enabled": true})).expect(200);
        let exact = format!(r#"{{"accountId": {account}, "methodId": 1, "amount": 9007199254740993.25}}"#);
        admin.call("POST", "/api/v2/deposits", Some(exact.as_bytes())).expect(201);
        assert_eq!(balance(&admin, account)[0], amount("9007199254740993.25"), "no binary float was in between");
        app.verify();
    });
}

#[test]
fn users_pay_by_manual_methods_alone() {
    on_both(|app| {
        let admin = app.admin();
        let (_, account) = app.wallet(&admin, "a@example.com", 840, "50");
        for direction in ["deposits", "withdrawals"] {
            let method = admin.new_method(direction, "card");
            let order = json!({"accountId": account, "methodId": method, "amount": "10"});
            let refused = admin.post(&format!("/api/v2/{direction}"), &order);
            refused.expect_faults(422, &[("methodId", "notManualMethod")]);
        }
        assert_eq!(balance(&admin, account), balances("50", "0", "50"));
    });
}

#[test]
fn real_money_and_play_money_do_not_mix() {
    on_both(|app| {
        let admin = app.admin();
        let (client, wallet) = app.wallet(&admin, "a@example.com", 840, "50");
        let demo = app.open_account(&admin, client, "demo", 840);
        admin.change_balance(demo, "50");
        for accounts in [[wallet, demo], [demo, wallet]] {
            admin.transfer(client, accounts, "10").expect_faults(422, &[("destinationId", "demoMismatch")]);
        }
        app.verify();
    });
}

#[test]
fn an_amount_beyond_all_digits_is_refused_and_not_rounded() {
    on_both(|app| {
        let admin = app.admin();
        let (_, account) = app.wallet(&admin, "a@example.com", 840, "99999999999999999999999999");
        admin.change_balance(account, "99999999999999999999999999");
        let path = format!("/api/v2/accounts/{account}/balance");
        for _ in 0..3 {
            admin.patch(&path, &json!({"amount": "9999999999999999999999999999"})).refused(422, "amountTooLarge");
        }
        app.verify();
    });
}

#[test]
fn a_withdrawal_takes_no_more_than_there_is() {
    on_both(|app| {
        let admin = app.admin();
        let (_, account) = app.wallet(&admin, "a@example.com", 840, "10");
        let withdraw = |amount: &str| admin.withdraw(account, amount);
        withdraw("10.01").refused(422, "insufficientFunds");
        withdraw("10").expect(201);
        withdraw("0.01").refused(422, "insufficientFunds");
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
        let transfer = |client: i64, from: i64, to: i64, amount: &str| admin.transfer(client, [from, to], amount);
        let done = transfer(client, usd, trading, "40").expect(201);
        assert_eq!((&done["type"], &done["foreignExchangeRate"]), (&json!("transfer"), &amount("1")));
        assert_eq!(done["creditDetails"]["account"]["statement"]["currentBalance"], amount("40"));
        assert_eq!(balance(&admin, usd), balances("60", "0", "60"));
        assert_eq!(balance(&admin, trading), balances("40", "0", "40"));
        transfer(client, usd, usd, "1").refused(400, "sameAccount");
        transfer(client, usd, trading, "60.01").refused(422, "insufficientFunds");
        transfer(client, usd, eur, "1").refused(422, "differentCurrency");
        assert_eq!(transfer(client, usd, foreign, "1").faulty_fields(), ["destinationId"]);
        assert_eq!(transfer(stranger, usd, foreign, "1").faulty_fields(), ["sourceId"]);
        assert_eq!(transfer(99, usd, trading, "1").faulty_fields(), ["clientId", "destinationId", "sourceId"]);
        app.verify();
    });
}

#[test]
fn an_exchange_is_between_two_currencies() {
    on_both(|app| {
        let admin = app.admin();
        let (client, source) = app.wallet(&admin, "a@example.com", 840, "50");
        let destination = app.open_account(&admin, client, "personal", 840);
        let order = json!({
            "clientId": client, "sourceId": source, "destinationId": destination, "type": "sell", "sourceAmount": "10",
        });
        admin.post("/api/v2/exchanges", &order).expect_faults(422, &[("destinationId", "sameCurrency")]);
    });
}

#[test]
fn an_exchange_brings_more_than_nothing() {
    on_both(|app| {
        let admin = app.admin();
        let (client, source) = app.wallet(&admin, "a@example.com", 840, "50");
        let destination = app.open_account(&admin, client, "personal", 978);
        let pair = json!({"fromCurrency": 840, "toCurrency": 978, "isEnabledForAdmin": true});
        admin.create("/api/v2/currencies/pairs", &pair);
        let order = json!({
            "clientId": client, "sourceId": source, "destinationId": destination, "type": "sell",
            "sourceAmount": "0.01", "rate": "0.9",
        });
        admin.post("/api/v2/exchanges", &order).expect_faults(422, &[("destinationAmount", "roundsToZero")]);
        let enough = with(order, &json!({"sourceAmount": "0.02"}));
        admin.post("/api/v2/exchanges", &enough).expect(201);
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
            let order = json!({"clientId": client, "sourceId": usd, "destinationId": eur});
            admin.post("/api/v2/exchanges", &with(order, &fields))
        };
        let sell = json!({"type": "sell", "sourceAmount": "100"});
        exchange(sell.clone()).refused(422, "pairNotExchanged");
        let pair =
            json!({"fromCurrency": 840, "toCurrency": 978, "isEnabledForAdmin": true, "maxAmount": 500, "step": "0.5"});
        admin.post("/api/v2/currencies/pairs", &pair).expect(201);
        assert_eq!(exchange(sell.clone()).faulty_fields(), ["rate"]);
        app.rate(&admin, 840, 978, "2");
        admin.patch("/api/v2/currencies/840", &json!({"markupSell": 1})).expect(200);
        admin.patch("/api/v2/currencies/978", &json!({"markupBuy": "0.5"})).expect(200);
        let done = exchange(sell).expect(201);
        assert_eq!(done["foreignExchangeRate"], amount("1.9701"));
        assert_eq!(done["creditDetails"]["amount"], amount("197.01"));
        assert_eq!(done["creditDetails"]["commission"], amount("2.99"));
        let done = exchange(json!({"type": "buy", "destinationAmount": "50"})).expect(201);
        assert_eq!(done["debitDetails"]["amount"], amount("25.38"));
        assert_eq!(done["creditDetails"]["commission"], amount("0.76"));
        let done = exchange(json!({"type": "sell", "sourceAmount": 100, "rate": "1.98"})).expect(201);
        assert_eq!(done["creditDetails"]["amount"], amount("198"));
        let done = exchange(json!({"type": "direct", "sourceAmount": 100, "destinationAmount": "198"})).expect(201);
        assert_eq!(done["foreignExchangeRate"], amount("1.98"));
        exchange(json!({"type": "sell", "sourceAmount": "500.5"})).refused(422, "exchangeAboveMaximum");
        exchange(json!({"type": "sell", "sourceAmount": "0.3"})).refused(422, "notMultipleOfStep");
        exchange(json!({"type": "sell", "destinationAmount": "1"})).expect(400);
        exchange(json!({"type": "direct", "sourceAmount": 1, "destinationAmount": 1, "rate": 1}))
            .refused(400, "notForExchangeType");
        exchange(json!({"sourceAmount": 1})).refused(400, "required");
        assert_eq!(balance(&admin, usd)[0], amount("674.62"));
        assert_eq!(balance(&admin, eur)[0], amount("643.01"));
        app.verify();
    });
}
