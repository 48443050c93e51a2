//! What is found in deposits and withdrawals.

use serde_json::json;

use super::{DAY, clients_of, close, facts_of, found, lasting, look_for, run};
use crate::harness::orders::ReadyClient;
use crate::harness::records::id_of;
use crate::harness::{Client, TestApp, amount, on_both, on_both_with};

/// Withdraws by hand, to a wallet, by the transaction's id.
#[track_caller]
fn withdraw_to(app: &TestApp, admin: &Client, (client, account): (i64, i64), wallet: &str) -> i64 {
    let transaction = id_of(&admin.withdraw(account, "1").expect(201));
    note_wallet(app, client, transaction, wallet);
    transaction
}

#[track_caller]
fn note_wallet(app: &TestApp, client: i64, transaction: i64, wallet: &str) {
    run(
        &app.database,
        format!(
            "INSERT INTO withdrawal_wallets (transaction_id, client_id, wallet_address, create_time) \
             VALUES ({transaction}, {client}, '{wallet}', NOW)"
        ),
    );
}

#[test]
fn a_client_who_withdraws_again_and_again_without_trading_is_found() {
    on_both_with(&lasting(), |app| {
        let admin = app.admin();
        let (idle, wallet) = app.wallet(&admin, "idle@example.com", 840, "100");
        let (trader, of_trader) = app.wallet(&admin, "trader@example.com", 840, "100");
        let trading = app.open_account(&admin, trader, "trade", 840);
        run(
            &app.database,
            format!(
                "INSERT INTO positions (platform_id, external_id, account_id, symbol, lots, open_time, close_time, \
                 counted, create_time) SELECT platform_id, 'a', id, 'EURUSD', '1', NOW, NOW, '[]', NOW \
                 FROM accounts WHERE id = {trading}"
            ),
        );
        look_for(&admin, "withdrawals_without_trading", &json!({"threshold": "2", "periodDays": 7}));
        for account in [wallet, of_trader, of_trader, of_trader] {
            admin.withdraw(account, "1").expect(201);
        }
        admin.change_balance(wallet, "-1");
        assert!(found(app, &admin).is_empty(), "a correction of the balance does not count as a withdrawal");
        admin.withdraw(wallet, "1").expect(201);
        let raised = found(app, &admin);
        assert_eq!((raised.len(), clients_of(&raised[0])), (1, vec![idle]));
        assert_eq!(facts_of(&raised[0]), json!({"number": 2, "periodDays": 7}));
        admin.withdraw(wallet, "1").expect(201);
        assert_eq!(facts_of(&found(app, &admin)[0])["number"], json!(3), "the figures go on while it is open");
    });
}

#[test]
fn withdrawals_of_several_clients_to_one_wallet_are_found_when_they_are_done() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, domain::payments::MethodDirection::Withdrawal);
        let bob = app.wallet(&admin, "bob@example.com", 840, "100");
        look_for(&admin, "identical_wallet_address", &json!({}));
        withdraw_to(app, &admin, bob, "bc1qsame");
        withdraw_to(app, &admin, bob, "bc1qsame");
        let waiting = ready.ask(app, "10").unwrap();
        note_wallet(app, ready.client, waiting, "bc1qsame");
        assert!(found(app, &admin).is_empty(), "the other one waits");
        let path = format!("/api/v2/transactions/{waiting}");
        let approved = json!({"complianceApproved": true, "dealingApproved": true});
        admin.patch(&path, &approved).expect(200);
        for status in ["inProgress", "done"] {
            admin.patch(&path, &json!({"status": status})).expect(200);
        }
        let raised = found(app, &admin);
        assert_eq!((raised.len(), clients_of(&raised[0])), (1, vec![ready.client, bob.0]));
        assert_eq!(facts_of(&raised[0]), json!({"walletAddress": "bc1qsame"}));
    });
}

#[test]
fn deposits_above_a_sum_in_euros_are_found() {
    on_both_with(&lasting(), |app| {
        let admin = app.admin();
        let (client, dollars) = app.wallet(&admin, "ann@example.com", 840, "0");
        let rate = app.rate(&admin, 840, 978, "0.9");
        let euros = app.open_account(&admin, client, "personal", 978);
        look_for(&admin, "excessive_deposits_sum", &json!({"threshold": "100", "periodDays": 7}));
        admin.deposit(dollars, "60").expect(201);
        admin.deposit(euros, "46").expect(201);
        admin.change_balance(dollars, "1000");
        assert!(found(app, &admin).is_empty(), "just as much as is allowed: 54 and 46");
        admin.deposit(dollars, "0.01").expect(201);
        let raised = found(app, &admin);
        assert_eq!((raised.len(), clients_of(&raised[0])), (1, vec![client]));
        assert_eq!(facts_of(&raised[0]), json!({"sum": amount("100.01"), "periodDays": 7}));
        app.advance(8 * DAY);
        close(&admin, 1);
        app.advance(1);
        admin.deposit(euros, "90").expect(201);
        assert_eq!(found(app, &admin).len(), 1, "the others are long ago");
        admin.delete(&format!("/api/v2/rates/providers/{rate}")).expect(204);
        admin.deposit(dollars, "1000").expect(201);
        assert_eq!(found(app, &admin).len(), 1, "dollars have no rate");
        app.rate(&admin, 840, 978, "0.5");
        admin.deposit(dollars, "1").expect(201);
        let raised = found(app, &admin);
        assert_eq!((raised.len(), &facts_of(&raised[1])["sum"]), (2, &amount("590.5")));
    });
}

#[test]
fn more_deposits_than_allowed_are_found_and_counted_anew_when_users_have_closed_it() {
    on_both_with(&lasting(), |app| {
        let admin = app.admin();
        let (client, account) = app.wallet(&admin, "ann@example.com", 840, "0");
        let demo = app.open_account(&admin, client, "demo", 840);
        look_for(&admin, "frequent_deposits", &json!({"threshold": "2", "periodDays": 7}));
        let deposit = |times: usize| {
            for _ in 0..times {
                admin.deposit(account, "1").expect(201);
            }
        };
        deposit(2);
        admin.deposit(demo, "1").expect(201);
        assert!(found(app, &admin).is_empty(), "play money does not count");
        deposit(1);
        let raised = found(app, &admin);
        assert_eq!((raised.len(), facts_of(&raised[0])), (1, json!({"number": 3, "periodDays": 7})));
        close(&admin, 1);
        app.advance(1);
        deposit(2);
        assert_eq!(found(app, &admin).len(), 1);
        deposit(1);
        let again = found(app, &admin);
        assert_eq!((again.len(), clients_of(&again[1])), (2, vec![client]));
        assert_eq!(facts_of(&again[1])["number"], json!(3), "since it was closed");
    });
}

#[test]
fn a_deposit_counts_when_it_is_done() {
    on_both_with(&lasting(), |app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, domain::payments::MethodDirection::Deposit);
        look_for(&admin, "frequent_deposits", &json!({"threshold": "1", "periodDays": 1}));
        admin.deposit(ready.account, "1").expect(201);
        let waiting = ready.ask(app, "20").unwrap();
        assert!(found(app, &admin).is_empty());
        app.advance(2 * DAY);
        admin.deposit(ready.account, "1").expect(201);
        assert!(found(app, &admin).is_empty());
        admin.patch(&format!("/api/v2/transactions/{waiting}"), &json!({"status": "inProgress"})).expect(200);
        assert_eq!(facts_of(&found(app, &admin)[0])["number"], json!(2), "it was asked for before the period");
    });
}
