//! What a decision on a transaction rests on: the commission, the rate, its status and its reason.

use domain::ledger::Direction;
use serde_json::json;

use crate::harness::on_both;
use crate::money::{ask, ready_client};

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
            refused.expect(422);
            order("9.99").expect(201);
        }
        app.verify();
    });
}

#[test]
fn a_clients_commission_leaves_something_of_the_amount() {
    for (way, eaten, enough) in [(Direction::Deposit, "5", "5.01"), (Direction::Withdrawal, "1.12", "1.13")] {
        on_both(|app| {
            let admin = app.admin();
            let (client, account, method) = ready_client(app, &admin, way);
            let refused = ask(app, client, way, account, method, eaten).unwrap_err();
            assert!(refused.contains("leaves nothing"), "{refused}");
            ask(app, client, way, account, method, enough).unwrap();
        });
    }
}
