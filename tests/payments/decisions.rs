//! What a decision on a transaction rests on: the commission, the rate, its status and its reason.

use domain::payments::MethodDirection;
use serde_json::{Value, json};

use crate::harness::orders::{ReadyClient, ask_transfer};
use crate::harness::{Client, on_both};

fn transaction(id: i64) -> String {
    format!("/api/v2/transactions/{id}")
}

/// Switches every rate off, or on again.
fn switch_rates(admin: &Client, is_enabled: bool) {
    let providers = admin.get("/api/v2/rates/providers?limit=100").expect(200);
    for provider in providers["data"].as_array().unwrap() {
        let path = format!("/api/v2/rates/providers/{}", provider["id"]);
        admin.patch(&path, &json!({"isEnabled": is_enabled})).expect(200);
    }
}

#[test]
fn a_commission_leaves_something_of_the_amount() {
    on_both(|app| {
        let admin = app.admin();
        let (_, account) = app.wallet(&admin, "a@example.com", 840, "50");
        for (path, method) in [("/api/v2/deposits", 1), ("/api/v2/withdrawals", 2)] {
            let order = |commission: &str| {
                let body =
                    json!({"accountId": account, "methodId": method, "amount": "10", "vendorCommission": commission});
                admin.post(path, &body)
            };
            let refused = order("10");
            assert_eq!(refused.faulty_fields(), ["vendorCommission"], "{path}");
            refused.refused(422, "nothingLeft");
            order("9.99").expect(201);
        }
        app.verify();
    });
}

#[test]
fn a_clients_commission_leaves_something_of_the_amount() {
    for (direction, eaten, enough) in
        [(MethodDirection::Deposit, "5", "5.01"), (MethodDirection::Withdrawal, "1.12", "1.13")]
    {
        on_both(|app| {
            let admin = app.admin();
            let ready = ReadyClient::prepare(app, &admin, direction);
            assert_eq!(ready.ask(app, eaten).unwrap_err(), "nothingLeft at Amount");
            ready.ask(app, enough).unwrap();
        });
    }
}

#[test]
fn the_approval_of_a_withdrawal_needs_a_rate() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal);
        let id = ready.ask(app, "100").unwrap();
        switch_rates(&admin, false);
        admin.patch(&transaction(id), &json!({"status": "inProgress"})).refused(422, "noRate");
        assert_eq!(admin.get(&transaction(id)).expect(200)["status"], json!("pending"));
        switch_rates(&admin, true);
        admin.patch(&transaction(id), &json!({"status": "inProgress"})).expect(200);
        app.verify();
    });
}

#[test]
fn the_approval_of_a_withdrawal_needs_something_left_after_the_commission() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal);
        let id = ready.ask(app, "100").unwrap();
        let set_rate = |rate: &str| {
            let options = json!({"options": {"rate": rate}});
            admin.patch("/api/v2/rates/providers/2", &options).expect(200);
        };
        // The least commission is one euro.
        set_rate("0.01");
        admin.patch(&transaction(id), &json!({"status": "inProgress"})).refused(422, "nothingLeft");
        let waiting = admin.get(&transaction(id)).expect(200);
        assert_eq!([&waiting["status"], &waiting["application"]["status"]], [&json!("pending"), &json!("pending")]);
        assert_eq!(waiting["meta"]["complianceStatus"], json!("pending"));
        set_rate("0.02");
        admin.patch(&transaction(id), &json!({"status": "inProgress"})).expect(200);
        app.verify();
    });
}

#[test]
fn the_approval_of_what_counts_in_limits_needs_a_rate_to_dollars() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal);
        let source = app.open_account(&admin, ready.client, "personal", 978);
        admin.change_balance(source, "50");
        let (_, destination) = app.wallet(&admin, "b@example.com", 978, "0");
        let id = ask_transfer(&app.database, ready.client, [source, destination], "40").unwrap();
        switch_rates(&admin, false);
        admin.patch(&transaction(id), &json!({"status": "inProgress"})).refused(422, "noUsdRate");
        switch_rates(&admin, true);
        admin.patch(&transaction(id), &json!({"status": "inProgress"})).expect(200);
        app.verify();
    });
}

#[test]
fn the_same_status_again_is_a_conflict() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal);
        let id = ready.ask(app, "100").unwrap();
        let set = |body: Value| admin.patch(&transaction(id), &body);
        for status in ["inProgress", "done"] {
            let before = admin.get(&transaction(id)).expect(200);
            set(json!({"status": before["status"], "comment": "again"})).refused(409, "transitionNotAllowed");
            assert_eq!(admin.get(&transaction(id)).expect(200), before);
            set(json!({"status": status})).expect(200);
        }
        set(json!({"status": "done"})).refused(409, "transitionNotAllowed");
        set(json!({"comment": "paid"})).expect(200);
        app.verify();
    });
}

#[test]
fn departments_decide_while_a_transaction_waits() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal);
        let id = ready.ask(app, "100").unwrap();
        admin.patch(&transaction(id), &json!({"status": "inProgress"})).expect(200);
        admin.patch(&transaction(id), &json!({"dealingStatus": "declined"})).refused(409, "decidedTooLate");
        assert_eq!(admin.get(&transaction(id)).expect(200)["meta"]["dealingStatus"], json!("approved"));
    });
}

#[test]
fn only_what_failed_or_was_refused_has_a_reason() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal);
        let asked = || ready.ask(app, "10").unwrap();
        let set = |id: i64, body: Value| admin.patch(&transaction(id), &body);
        let reason = json!({"resolutionId": 1});
        let id = asked();
        set(id, reason.clone()).refused(409, "resolutionNotApplicable");
        set(id, json!({"status": "inProgress", "resolutionId": 1})).refused(400, "resolutionNotApplicable");
        set(id, json!({"status": "inProgress"})).expect(200);
        set(id, reason.clone()).refused(409, "resolutionNotApplicable");
        set(id, json!({"status": "done", "resolutionId": 1})).refused(400, "resolutionNotApplicable");
        set(id, json!({"status": "done"})).expect(200);
        set(id, reason.clone()).refused(409, "resolutionNotApplicable");
        set(id, json!({"resolutionId": 99})).refused(422, "unknown");
        assert_eq!(admin.get(&transaction(id)).expect(200)["resolution"], json!(null));
        let refunded = asked();
        set(refunded, json!({"status": "inProgress"})).expect(200);
        let refund = set(refunded, json!({"status": "refund", "resolutionId": 1})).expect(200);
        assert_eq!(refund["resolution"]["id"], json!(1));
        let cancelled = asked();
        set(cancelled, json!({"status": "cancelled"})).expect(200);
        assert_eq!(set(cancelled, reason).expect(200)["resolution"]["id"], json!(1));
        app.verify();
    });
}

#[test]
fn an_opposite_rate_that_rounds_to_zero_does_not_exist() {
    on_both(|app| {
        let admin = app.admin();
        app.rate(&admin, 978, 840, "2000000000000000001");
        assert_eq!(admin.get("/api/v2/rates/eur/usd").expect(200)["value"], json!("2000000000000000001"));
        admin.get("/api/v2/rates/usd/eur").expect(404);
        // Through dollars neither.
        app.rate(&admin, 1000, 840, "50000");
        admin.get("/api/v2/rates/btc/eur").expect(404);
    });
}
