//! What clients ask for: it is held, decided by users, and carried out.

use domain::payments::MethodDirection;
use serde_json::{Value, json};

use super::{balance, balances};
use crate::harness::orders::{ReadyClient, ask_exchange, ask_transfer};
use crate::harness::{amount, on_both};

#[test]
fn a_clients_withdrawal_is_held_approved_and_paid_out() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal);
        let id = ready.ask(app, "100").unwrap();
        assert_eq!(balance(&admin, ready.account), balances("250", "100", "150"));
        let path = format!("/api/v2/transactions/{id}");
        let waiting = admin.get(&path).expect(200);
        assert_eq!(waiting["status"], json!("pending"));
        assert_eq!(waiting["application"]["status"], json!("pending"));
        assert_eq!(waiting["application"]["type"], json!("withdrawal"));
        assert_eq!(waiting["creditDetails"]["amount"], amount("88.2"));
        assert_eq!(waiting["meta"]["complianceStatus"], json!("pending"));
        let set = |body: Value| admin.patch(&path, &body);
        set(json!({"dealingStatus": "declined"})).expect(200);
        set(json!({"status": "inProgress"})).refused(409, "declined");
        set(json!({"status": "done"})).refused(409, "transitionNotAllowed");
        set(json!({"status": "rejected"})).refused(400, "resolutionRequired");
        set(json!({"verificationStatus": "approved"})).refused(422, "notOfThisKind");
        set(json!({"dealingStatus": "approved", "status": "inProgress"})).expect(200);
        assert_eq!(balance(&admin, ready.account), balances("250", "100", "150"), "approval posts nothing");
        let done = set(json!({"status": "done", "blockchainTransaction": "abc"})).expect(200);
        assert_eq!(done["creditDetails"]["amount"], amount("88.2"));
        assert_eq!(done["creditDetails"]["commission"], amount("1.8"));
        assert_eq!(done["foreignExchangeRate"], amount("0.9"));
        assert_eq!(done["application"]["status"], json!("approved"));
        assert_eq!(done["meta"]["blockchainTransaction"], json!("abc"));
        assert_eq!(balance(&admin, ready.account), balances("150", "0", "150"));
        set(json!({"status": "failed"})).refused(409, "transitionNotAllowed");
        app.verify();
    });
}

#[test]
fn whatever_ends_a_withdrawal_frees_its_hold() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal);
        for steps in [
            vec![json!({"status": "rejected", "resolutionId": 1})],
            vec![json!({"status": "cancelled"})],
            vec![json!({"status": "inProgress"}), json!({"status": "refund"})],
        ] {
            let id = ready.ask(app, "100").unwrap();
            for step in &steps {
                admin.patch(&format!("/api/v2/transactions/{id}"), step).expect(200);
            }
            assert_eq!(balance(&admin, ready.account), balances("250", "0", "250"), "{steps:?}");
        }
        let id = ready.ask(app, "100").unwrap();
        let path = format!("/api/v2/transactions/{id}");
        admin.patch(&path, &json!({"status": "rejected", "resolutionId": 99})).refused(422, "unknown");
        admin.delete(&format!("/api/v2/clients/{}", ready.client)).refused(409, "clientHasMoney");
        app.verify();
    });
}

#[test]
fn without_holds_the_balance_is_judged_when_it_is_approved() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal);
        let options = admin.get("/api/v2/transactions/types/2").expect(200)["options"].clone();
        assert_eq!(options["holds"], json!(true));
        admin.patch("/api/v2/transactions/types/2", &json!({"options": {"holds": false}})).expect(200);
        let id = ready.ask(app, "200").unwrap();
        assert_eq!(balance(&admin, ready.account), balances("250", "0", "250"));
        admin.change_balance(ready.account, "-100");
        let transaction = format!("/api/v2/transactions/{id}");
        admin.patch(&transaction, &json!({"status": "inProgress"})).refused(422, "insufficientFunds");
        assert_eq!(admin.get(&transaction).expect(200)["status"], json!("pending"));
        admin.change_balance(ready.account, "100");
        admin.patch(&transaction, &json!({"status": "inProgress"})).expect(200);
        admin.patch(&transaction, &json!({"status": "done"})).expect(200);
        assert_eq!(balance(&admin, ready.account), balances("50", "0", "50"));
        app.verify();
    });
}

#[test]
fn a_clients_deposit_is_credited_when_it_is_approved() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Deposit);
        let id = ready.ask(app, "1000").unwrap();
        assert_eq!(balance(&admin, ready.account), balances("250", "0", "250"));
        let path = format!("/api/v2/transactions/{id}");
        admin.patch(&path, &json!({"verificationStatus": "pending"})).expect(200);
        let done = admin.patch(&path, &json!({"status": "inProgress"})).expect(200);
        assert_eq!((&done["status"], &done["meta"]["verificationStatus"]), (&json!("done"), &json!("approved")));
        assert_eq!(done["debitDetails"]["commission"], amount("20"));
        assert_eq!(balance(&admin, ready.account), balances("1328", "0", "1328"));
        app.verify();
    });
}

#[test]
fn limits_count_what_both_move_and_stop_clients_alone() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Deposit);
        let set = "UPDATE verification_levels SET limits = '{\"depositDaily\":\"1500\"}'";
        app.run_sql(set);
        admin.deposit(ready.account, "400").expect(201);
        ready.ask(app, "1000").unwrap();
        assert_eq!(ready.ask(app, "10").unwrap_err(), "dailyLimitExceeded at Amount: limit 1500");
        admin.deposit(ready.account, "400").expect(201);
        app.advance(24 * 3600);
        ready.ask(app, "10").unwrap();
    });
}

#[test]
fn a_client_who_may_not_is_refused() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal);
        let asks = || ready.ask(app, "1").unwrap_err();
        admin.patch("/api/v2/transactions/types/2", &json!({"enabled": false})).expect(200);
        assert_eq!(asks(), "transactionTypeDisabled");
        admin.patch("/api/v2/transactions/types/2", &json!({"enabled": true})).expect(200);
        let body = json!({"name": "client_type", "isEnabled": true, "type": "deny", "ids": [1]});
        let restrictions = format!("/api/v2/withdrawals/methods/{}/restrictions", ready.method);
        admin.post(&restrictions, &body).expect(201);
        assert_eq!(asks(), "unknown at Method");
        admin.delete(&format!("{restrictions}/1")).expect(204);
        admin.permit(ready.client, &[]);
        assert_eq!(asks(), "clientPermissionMissing: permission withdrawals");
        admin.patch(&format!("/api/v2/clients/{}", ready.client), &json!({"status": "banned"})).expect(200);
        assert_eq!(asks(), "clientNotActive");
    });
}

#[test]
fn a_transfer_to_another_client_is_held_until_it_is_approved() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal);
        let (_, other) = app.wallet(&admin, "b@example.com", 840, "0");
        let id = ask_transfer(&app.database, ready.client, [ready.account, other], "40").unwrap();
        assert_eq!(balance(&admin, ready.account), balances("250", "40", "210"));
        let path = format!("/api/v2/transactions/{id}");
        let done = admin.patch(&path, &json!({"status": "inProgress"})).expect(200);
        assert_eq!((&done["type"], &done["status"]), (&json!("external"), &json!("done")));
        assert_eq!(balance(&admin, ready.account), balances("210", "0", "210"));
        assert_eq!(balance(&admin, other), balances("40", "0", "40"));
        app.verify();
    });
}

#[test]
fn an_exchange_that_needs_a_request_runs_at_its_rate() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal);
        let euros = app.open_account(&admin, ready.client, "personal", 978);
        let pair = json!({"fromCurrency": 840, "toCurrency": 978, "isEnabled": true, "isRequestRequired": true});
        let pair = admin.create("/api/v2/currencies/pairs", &pair);
        let id = ask_exchange(&app.database, ready.client, [ready.account, euros], "100").unwrap();
        assert_eq!(balance(&admin, ready.account), balances("250", "100", "150"));
        admin.delete(&format!("/api/v2/currencies/pairs/{pair}")).refused(409, "pairHasPendingExchange");
        admin.patch(&format!("/api/v2/transactions/{id}"), &json!({"status": "inProgress"})).expect(200);
        assert_eq!(balance(&admin, ready.account), balances("150", "0", "150"));
        assert_eq!(balance(&admin, euros), balances("90", "0", "90"));
        admin.delete(&format!("/api/v2/currencies/pairs/{pair}")).expect(204);
        app.verify();
    });
}

#[test]
fn a_decision_needs_the_rights_of_the_department_and_of_the_request() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal);
        let id = ready.ask(app, "100").unwrap();
        let path = format!("/api/v2/transactions/{id}");
        let user = app.user_with("clerk", &["transactions.update", "transactions.read", "withdrawalDealing.update"]);
        user.patch(&path, &json!({"complianceStatus": "approved"})).refused(403, "decisionNotAllowed");
        user.patch(&path, &json!({"dealingStatus": "approved"})).expect(200);
        for decision in [json!({"status": "inProgress"}), json!({"status": "rejected", "resolutionId": 1})] {
            let refused = user.patch(&path, &decision);
            // One for each permission that is missing.
            refused.expect_faults(403, &[("-", "decisionNotAllowed"); 4]);
        }
        user.patch(&path, &json!({"status": "cancelled"})).expect(200);
    });
}

#[test]
fn a_small_withdrawal_is_paid_out_without_approval_where_that_is_switched_on() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal);
        let types = admin.get("/api/v2/transactions/types").expect(200);
        let payout =
            types["data"].as_array().unwrap().iter().find(|kind| kind["name"] == "payout").unwrap()["id"].clone();
        let options = json!({"options": {"automatic": true, "automaticFor": "fiat"}});
        admin.patch(&format!("/api/v2/transactions/types/{payout}"), &options).expect(200);
        let pending = ready.ask(app, "20").unwrap();
        assert_eq!(admin.get(&format!("/api/v2/transactions/{pending}")).expect(200)["status"], json!("pending"));
        // Levels and their limits, and payment systems, have no operations yet.
        app.run_sql("UPDATE verification_levels SET limits = '{\"automaticWithdrawal\":\"30\"}'");
        app.run_sql("UPDATE methods SET provider = 'bank', connection_id = 1 WHERE name = 'sepa'");
        let id = ready.ask(app, "20").unwrap();
        let transaction = admin.get(&format!("/api/v2/transactions/{id}")).expect(200);
        assert_eq!(transaction["status"], json!("inProgress"));
        assert_eq!(transaction["application"], json!(null), "nobody is asked");
        assert_eq!(transaction["meta"]["complianceStatus"], json!("approved"));
        admin.patch(&format!("/api/v2/transactions/{id}"), &json!({"status": "done"})).expect(200);
        app.verify();
    });
}

#[test]
fn whoever_pays_a_withdrawal_sees_the_wallet_that_it_goes_to() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal);
        let asked = ready.ask_to(app, "50", Some("bc1q")).unwrap();
        let asked = admin.get(&format!("/api/v2/transactions/{asked}")).expect(200);
        // The method has no field for it.
        let told = json!([{"key": "wallet_address", "value": "bc1q"}]);
        assert_eq!(asked["meta"]["providerOptions"], told);
    });
}
