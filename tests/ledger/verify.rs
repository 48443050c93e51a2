//! `ledger verify` finds what was changed behind the server's back, and nothing else.

use serde_json::json;
use storage::ledger::verify;

use crate::harness::{Client, Gateway, TestApp, on_both};

/// What `ledger verify` prints.
fn differences(app: &TestApp) -> Vec<String> {
    let report = app.database.read(|conn| verify::verify(conn, &mut |_| ())).unwrap();
    report.differences.iter().map(ToString::to_string).collect()
}

#[track_caller]
fn finds(app: &TestApp, sql: &'static str, difference: &str) {
    app.verify();
    app.run_sql(sql);
    let found = differences(app);
    assert!(found.iter().any(|one| one.contains(difference)), "{found:?}");
}

/// A wallet of a client with 100, of which 2 were charged: transaction 1, entry 1.
fn deposited(app: &TestApp, admin: &Client) -> (i64, i64) {
    let (client, account) = app.wallet(admin, "a@example.com", 840, "0");
    let deposit = json!({"accountId": account, "methodId": 1, "amount": "102", "vendorCommission": "2"});
    let deposit = admin.post("/api/v2/deposits", &deposit).expect(201);
    assert_eq!((&deposit["transactionId"], account), (&json!(1), 1));
    (client, account)
}

#[test]
fn an_entry_in_another_currency_than_its_accounts() {
    on_both(|app| {
        deposited(app, &app.admin());
        finds(app, "UPDATE postings SET currency_code = 978 WHERE entry_id = 1", "entry 1: currency 978 on account 1");
    });
}

#[test]
fn an_amount_of_a_transaction_that_was_changed() {
    for sql in [
        "UPDATE transactions SET credit_amount = '1000' WHERE id = 1",
        "UPDATE transactions SET debit_amount = '101' WHERE id = 1",
        "UPDATE transactions SET credit_commission = '1' WHERE id = 1",
        "UPDATE transactions SET debit_currency = 978 WHERE id = 1",
        "UPDATE transactions SET kind = 'withdrawal' WHERE id = 1",
        "UPDATE transactions SET credit_account_id = NULL WHERE id = 1",
    ] {
        on_both(|app| {
            deposited(app, &app.admin());
            finds(app, sql, "transaction 1: ");
        });
    }
}

#[test]
fn a_status_of_a_transaction_that_was_changed() {
    for sql in [
        "UPDATE transactions SET status = 'failed' WHERE id = 1",
        "UPDATE transactions SET status = 'pending' WHERE id = 1",
        "UPDATE transactions SET status = 'inProgress' WHERE id = 1",
        "UPDATE transactions SET status = 'rejected' WHERE id = 1",
    ] {
        on_both(|app| {
            deposited(app, &app.admin());
            finds(app, sql, "transaction 1: ");
        });
    }
}

/// With the amount changed in the books as well, so that every sum is right.
#[test]
fn a_transaction_and_the_books_changed_together() {
    on_both(|app| {
        let admin = app.admin();
        deposited(app, &admin);
        app.verify();
        app.run_sql(
            "UPDATE postings SET amount = '1000', balance_after = '1000' WHERE entry_id = 1 AND account_id = 1",
        );
        app.run_sql("UPDATE postings SET amount = '-1002' WHERE entry_id = 1 AND book LIKE 'transit:%'");
        app.run_sql("UPDATE accounts SET balance = '1000'");
        assert_eq!(differences(app).len(), 1, "{:?}", differences(app));
        assert!(differences(app)[0].starts_with("transaction 1: "));
    });
}

#[test]
fn a_transaction_that_was_deleted() {
    on_both(|app| {
        deposited(app, &app.admin());
        finds(app, "DELETE FROM transactions WHERE id = 1", "transaction 1: there are entries of it");
    });
}

#[test]
fn entries_that_were_deleted() {
    on_both(|app| {
        let admin = app.admin();
        let (client, source) = deposited(app, &admin);
        let destination = app.open_account(&admin, client, "personal", 840);
        admin.transfer(client, [source, destination], "10").expect(201);
        app.verify();
        app.run_sql("DELETE FROM postings WHERE entry_id = 2");
        app.run_sql("DELETE FROM entries WHERE id = 2");
        app.run_sql("UPDATE accounts SET balance = '100' WHERE id = 1");
        app.run_sql("UPDATE accounts SET balance = '0' WHERE id = 2");
        assert_eq!(differences(app).len(), 1, "{:?}", differences(app));
        assert!(differences(app)[0].starts_with("transaction 2: "));
    });
}

const BETWEEN_BOOKS: &str = "INSERT INTO postings (entry_id, line, book, currency_code, amount, post_time) \
     VALUES (9, 1, 'commission', 840, '-5', '2026-01-01 00:00:00'), (9, 2, 'markup', 840, '5', '2026-01-01 00:00:00')";

#[test]
fn an_entry_between_books_of_the_broker_without_a_cause() {
    on_both(|app| {
        deposited(app, &app.admin());
        app.run_sql("INSERT INTO entries (id, step, create_time) VALUES (9, 'done', '2026-01-01 00:00:00')");
        finds_after(app, "entry 9: ");
    });
}

#[test]
fn postings_without_an_entry() {
    on_both(|app| {
        deposited(app, &app.admin());
        finds_after(app, "entry 9: ");
    });
}

#[test]
fn an_entry_between_books_of_the_broker_that_a_transaction_is_made_to_cause() {
    on_both(|app| {
        deposited(app, &app.admin());
        app.run_sql(
            "INSERT INTO entries (id, transaction_id, step, create_time) VALUES (9, 1, 'back', '2026-01-01 00:00:00')",
        );
        finds_after(app, "transaction 1: ");
    });
}

#[test]
fn an_entry_of_a_bonus_that_does_not_exist() {
    on_both(|app| {
        deposited(app, &app.admin());
        app.run_sql(
            "INSERT INTO entries (id, bonus_id, step, create_time) VALUES (9, 7, 'burn', '2026-01-01 00:00:00')",
        );
        finds_after(app, "entry 9: ");
    });
}

#[track_caller]
fn finds_after(app: &TestApp, difference: &str) {
    app.run_sql(BETWEEN_BOOKS);
    let found = differences(app);
    assert!(found.iter().any(|one| one.starts_with(difference)), "{found:?}");
}

/// A result of trading that no platform reported, with every sum right.
#[test]
fn a_result_of_trading_that_nobody_reported() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("a@example.com", &json!({}));
        let account = app.open_account(&admin, client, "trade", 840);
        let of_account = admin.get(&format!("/api/v2/accounts/{account}")).expect(200);
        let platform = of_account["platform"]["id"].as_i64().unwrap();
        let time = "2025-12-31T00:00:00Z";
        let trade = json!({
            "externalId": "1", "accountNumber": of_account["accountNumber"], "symbol": "EURUSD", "lots": "1",
            "openTime": time, "closeTime": time, "profit": "7",
        });
        app.reporter(&admin, platform)
            .post(&format!("/api/v2/platforms/{platform}/trades"), &json!({"trades": [trade]}))
            .expect(200);
        app.verify();
        app.run_sql("INSERT INTO entries (id, step, create_time) VALUES (9, 'done', '2026-01-01 00:00:00')");
        app.run_sql(
            "INSERT INTO postings (entry_id, line, book, account_id, currency_code, amount, post_time, balance_after) \
             VALUES (9, 1, 'trading:1', NULL, 840, '-5', '2026-01-01 00:00:00', NULL), \
                    (9, 2, 'balance', 1, 840, '5', '2026-01-01 00:00:00', '12')",
        );
        app.run_sql("UPDATE accounts SET balance = '12'");
        let found = differences(app);
        assert_eq!(found, ["account 1: positions come to 7, their postings to 12"]);
    });
}

#[test]
fn a_balance_after_a_posting_that_was_changed() {
    on_both(|app| {
        let admin = app.admin();
        let (_, account) = deposited(app, &admin);
        admin.change_balance(account, "7");
        app.verify();
        app.run_sql("UPDATE postings SET balance_after = '99' WHERE entry_id = 1 AND account_id = 1");
        // It is told where it stands and where the next posting goes on from it, and nowhere else.
        let expected = [
            "entry 1: account 1: it states 99 on balance after it, expected 100",
            "entry 2: account 1: it states 107 on balance after it, expected 106",
        ];
        assert_eq!(differences(app), expected);
    });
}

#[test]
fn a_time_of_a_posting_that_runs_back() {
    on_both(|app| {
        let admin = app.admin();
        let (_, account) = deposited(app, &admin);
        admin.change_balance(account, "7");
        let earlier = "UPDATE postings SET post_time = '2025-12-31 00:00:00' WHERE entry_id = 2";
        finds(app, earlier, "entry 2: account 1: its time 2025-12-31");
    });
}

/// Every way that a transaction goes, with nothing to be found at any step.
#[test]
fn nothing_is_found_on_a_platform_that_keeps_its_own_books() {
    on_both(|app| {
        let gateway = Gateway::start();
        let admin = app.admin();
        let (client, wallet) = app.wallet(&admin, "a@example.com", 840, "100");
        let product = app.open_product(&admin, "trade", &[840]);
        admin.connect(admin.platform_of(product), &gateway);
        let outside = admin.new_account(client, product, 840);
        let transfer = |source: i64, destination: i64| {
            admin.transfer(client, [source, destination], "30").expect(201)["transactionId"].clone()
        };
        let deposit = || {
            let body = json!({"accountId": outside, "methodId": 1, "amount": "10", "vendorCommission": "1"});
            admin.create("/api/v2/deposits", &body)
        };
        for answer in [200, 422] {
            gateway.answer(answer);
            let made = [transfer(wallet, outside), json!(deposit())];
            app.verify();
            app.run_jobs();
            app.verify();
            let expected = json!(if answer == 200 { "done" } else { "failed" });
            for id in made {
                assert_eq!(admin.get(&format!("/api/v2/transactions/{id}")).expect(200)["status"], expected);
            }
        }
        finds(app, "UPDATE transactions SET status = 'inProgress' WHERE id = 2", "transaction 2: ");
    });
}
