//! A client who was removed: what they have is read, and nothing of it moves.

use serde_json::json;

use crate::harness::orders::ask_transfer;
use crate::harness::{Client, TestApp, on_both, with};

/// A client who was removed with an empty wallet and two demo accounts with play money.
struct Removed {
    client: i64,
    wallet: i64,
    dollars: i64,
    euros: i64,
    spare: i64,
    product: i64,
}

fn removed(app: &TestApp, admin: &Client) -> Removed {
    let (client, wallet) = app.wallet(admin, "a@example.com", 840, "0");
    let product = app.open_product(admin, "demo", &[840, 978]);
    let [dollars, euros, spare] = [840, 978, 840].map(|currency| admin.new_account(client, product, currency));
    for account in [dollars, euros, spare] {
        admin.change_balance(account, "100");
    }
    app.rate(admin, 840, 978, "0.9");
    let pair = json!({"fromCurrency": 840, "toCurrency": 978, "isEnabledForAdmin": true});
    admin.post("/api/v2/currencies/pairs", &pair).expect(201);
    admin.delete(&format!("/api/v2/clients/{client}")).expect(204);
    Removed { client, wallet, dollars, euros, spare, product }
}

#[test]
fn no_money_of_a_removed_client_moves() {
    on_both(|app| {
        let admin = app.admin();
        let gone = removed(app, &admin);
        let before = admin.get("/api/v2/transactions?limit=100").expect(200);
        for account in [gone.wallet, gone.dollars] {
            admin.deposit(account, "10").refused(409, "clientRemoved");
            admin.withdraw(account, "10").refused(409, "clientRemoved");
            for amount in ["5", "-5"] {
                let path = format!("/api/v2/accounts/{account}/balance");
                admin.patch(&path, &json!({"amount": amount})).refused(409, "clientRemoved");
            }
        }
        admin.transfer(gone.client, [gone.dollars, gone.spare], "1").refused(409, "clientRemoved");
        let accounts = json!({"clientId": gone.client, "sourceId": gone.dollars, "destinationId": gone.euros});
        let sell = with(accounts, &json!({"type": "sell", "sourceAmount": "1"}));
        admin.post("/api/v2/exchanges", &sell).refused(409, "clientRemoved");
        assert_eq!(admin.get("/api/v2/transactions?limit=100").expect(200), before);
        app.verify();
    });
}

#[test]
fn accounts_of_a_removed_client_are_only_read() {
    on_both(|app| {
        let admin = app.admin();
        let gone = removed(app, &admin);
        let path = format!("/api/v2/accounts/{}", gone.dollars);
        admin.patch(&path, &json!({"caption": "mine"})).refused(409, "clientRemoved");
        admin.post(&format!("{path}/archive"), &json!({})).refused(409, "clientRemoved");
        admin.get(&path).expect(200);
        admin.get(&format!("{path}/balance")).expect(200);
        let body = json!({"clientId": gone.client, "productId": gone.product, "currencyCode": 840});
        assert_eq!(admin.post("/api/v2/accounts", &body).faulty_fields(), ["clientId"]);
    });
}

#[test]
fn a_platform_has_no_account_of_a_removed_client() {
    on_both(|app| {
        let admin = app.admin();
        let gone = removed(app, &admin);
        let account = admin.get(&format!("/api/v2/accounts/{}", gone.dollars)).expect(200);
        let platform = account["platform"]["id"].as_i64().unwrap();
        let feed = app.reporter(&admin, platform);
        let time = "2025-12-31T00:00:00Z";
        let trade = json!({
            "externalId": "1", "accountNumber": account["accountNumber"], "symbol": "EURUSD", "lots": "1",
            "openTime": time, "closeTime": time, "profit": "7",
        });
        let trades = feed.post(&format!("/api/v2/platforms/{platform}/trades"), &json!({"trades": [trade]}));
        assert_eq!(trades.expect(200)["results"][0]["reason"], json!("unknownAccount"));
        let figures = json!({"accountNumber": account["accountNumber"], "pnl": "1", "margin": "0", "time": time});
        let figures = feed.post(&format!("/api/v2/platforms/{platform}/figures"), &json!({"figures": [figures]}));
        assert_eq!(figures.expect(200)["results"][0]["status"], json!("unknownAccount"));
        app.verify();
    });
}

#[test]
fn a_client_stays_while_money_is_on_its_way_to_them() {
    on_both(|app| {
        let admin = app.admin();
        let (giver, source) = app.wallet(&admin, "a@example.com", 840, "100");
        admin.permit(giver, &["internal_transfers"]);
        let (taker, destination) = app.wallet(&admin, "b@example.com", 840, "0");
        let ask = || ask_transfer(&app.database, giver, [source, destination], "40");
        let transaction = format!("/api/v2/transactions/{}", ask().unwrap());
        let path = format!("/api/v2/clients/{taker}");
        admin.delete(&path).refused(409, "clientHasUnfinishedTransaction");
        admin.delete(&format!("/api/v2/clients/{giver}")).refused(409, "clientHasMoney");
        admin.patch(&transaction, &json!({"status": "rejected", "resolutionId": 1})).expect(200);
        admin.delete(&path).expect(204);
        // A client's own transfer to somebody who is gone.
        assert!(ask().unwrap_err().contains("clientRemoved"));
        app.verify();
    });
}

#[test]
fn the_total_follows_clients_who_come_and_go() {
    on_both(|app| {
        let admin = app.admin();
        let total = || admin.get("/api/v2/clients?limit=1").expect(200)["total"].clone();
        let clients =
            ["a@example.com", "b@example.com", "c@example.com"].map(|email| admin.new_client(email, &json!({})));
        assert_eq!(total(), json!(3));
        admin.patch(&format!("/api/v2/clients/{}", clients[0]), &json!({"status": "banned"})).expect(200);
        assert_eq!(total(), json!(3));
        admin.delete(&format!("/api/v2/clients/{}", clients[1])).expect(204);
        assert_eq!(total(), json!(2));
    });
}
