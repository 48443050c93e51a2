//! Transactions: how they are found, their types, and how they are monitored.

use serde_json::{Value, json};

use crate::harness::{Setup, amount, on_both, on_both_with};

#[test]
fn transactions_are_found_by_every_filter() {
    on_both(|app| {
        let admin = app.admin();
        let (client, account) = app.wallet(&admin, "a@example.com", 840, "0");
        for paid in ["10", "9", "100.5"] {
            admin.deposit(account, paid).expect(201);
            app.advance(60);
        }
        let total = |query: &str| admin.total(&format!("/api/v2/transactions?{query}"));
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
        admin.get("/api/v2/transactions?filter[fromCreateTime]=today").refused(400, "notDateTime");
        let by_amount = admin.get("/api/v2/transactions?sort_by=creditAmount").expect(200);
        let amounts: Vec<&Value> =
            by_amount["data"].as_array().unwrap().iter().map(|one| &one["creditDetails"]["amount"]).collect();
        assert_eq!(amounts, [&amount("9"), &amount("10"), &amount("100.5")]);
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
        admin.put("/api/v2/transactions/types/2", &json!({"name": "deposit"})).refused(400, "fixed");
        admin.put("/api/v2/transactions/types/2", &json!({"options": {"holds": "x"}})).refused(400, "notBoolean");
        let refused = admin.put("/api/v2/transactions/types/2", &json!({"options": {"operation_status": "x"}}));
        refused.expect_faults(400, &[("options.operation_status", "notNumbers")]);
        admin.get("/api/v2/transactions/types/7").expect(404);
    });
}

#[test]
fn a_check_needs_a_provider() {
    on_both(|app| {
        let admin = app.admin();
        let (client, account) = app.wallet(&admin, "a@example.com", 840, "10");
        let second = app.open_account(&admin, client, "personal", 840);
        admin.post("/api/v2/transactions/1/check", &json!({})).refused(409, "noMonitoringProvider");
        let transfer = admin.transfer(client, [account, second], "1").expect(201)["transactionId"].clone();
        admin.post(&format!("/api/v2/transactions/{transfer}/check"), &json!({})).refused(422, "notMonitored");
        admin.post("/api/v2/transactions/99/check", &json!({})).expect(404);
        assert_eq!(admin.total("/api/v2/monitoring/transactions"), 0);
    });
}

#[test]
fn money_of_unseen_clients_does_not_exist() {
    on_both(|app| {
        let admin = app.admin();
        let tag = admin.new_tag("VIP");
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
        assert_eq!(user.total("/api/v2/transactions"), 0);
        assert_eq!(user.total("/api/v2/accounts"), 0);
        assert_eq!(user.deposit(account, "1").faulty_fields(), ["accountId"]);
        assert_eq!(
            user.transfer(client, [account, 99], "1").faulty_fields(),
            ["clientId", "destinationId", "sourceId"]
        );
    });
}

#[test]
fn a_monitoring_provider_judges_by_its_threshold() {
    let setup = Setup { red_above_usd: Some("50"), ..Setup::default() };
    on_both_with(&setup, |app| {
        let admin = app.admin();
        let (client, account) = app.wallet(&admin, "a@example.com", 840, "0");
        let review = |amount: &str| {
            let id = admin.deposit(account, amount).expect(201)["transactionId"].clone();
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
