//! How the equity of trading accounts ran.

use serde_json::{Value, json};

use crate::harness::{amount, on_both};

const CHARTS: &str = "/api/v2/my/charts";

#[test]
fn a_client_sees_how_the_equity_of_their_trading_accounts_ran() {
    on_both(|app| {
        let admin = app.admin();
        let [ann, bob] = ["ann@example.com", "bob@example.com"].map(|email| admin.new_client(email, &json!({})));
        let account = app.open_account(&admin, ann, "trade", 840);
        let wallet = app.open_account(&admin, ann, "personal", 840);
        let others = app.open_account(&admin, bob, "trade", 840);
        for account in [account, wallet, others] {
            admin.change_balance(account, "100");
        }
        app.advance(60);
        admin.change_balance(account, "20");
        let first = app.unix_seconds() - 60;
        app.advance(25 * 3_600);
        admin.change_balance(account, "-50");
        let client = app.as_client(ann);
        let charts = |query: &str| client.get(&format!("{CHARTS}?{query}")).expect(200);
        let point = |timestamp: i64, equity: &str| json!({"timestamp": timestamp, "point": amount(equity)});
        let day = 24 * 3_600;
        let by_day = json!([point(first, "120"), point(first + day, "70")]);
        assert_eq!(charts(""), json!({"total": 1, "data": [{"accountId": account, "data": by_day}]}));
        let data = |query: &str| charts(query)["data"][0]["data"].clone();
        for step in ["d", "D"] {
            assert_eq!(data(&format!("filter[step]={step}")), by_day);
        }
        assert_eq!(data("filter[step]=H"), json!([point(first, "120"), point(first + day + 3_600, "70")]));
        assert_eq!(data("filter[step]=Y"), json!([point(first, "70")]));
        assert_eq!(data("filter[startDate]=2026-01-02T00:00:00Z"), json!([point(first + day, "70")]));
        assert_eq!(data("filter[startDate]=2027-01-02T00:00:00Z"), json!([]));
        for (query, total) in [("filter[step]=W", 0), ("filter[accountId]=999", 0)] {
            assert_eq!(charts(query)["total"], json!(total), "{query}");
        }
        assert_eq!(charts(&format!("filter[accountId]={wallet}"))["total"], json!(0));
        assert_eq!(charts(&format!("filter[accountId]={others}"))["total"], json!(0));
        let permissions = json!({"permissions": ["enabled"]});
        admin.patch(&format!("/api/v2/accounts/{account}"), &permissions).expect(200);
        assert_eq!(charts("")["total"], json!(0), "an account that the client does not see");
    });
}

#[test]
fn what_a_platform_reports_is_charted() {
    on_both(|app| {
        let admin = app.admin();
        let ann = admin.new_client("ann@example.com", &json!({}));
        let product = app.open_product(&admin, "trade", &[840]);
        let account = admin.new_account(ann, product, 840);
        admin.change_balance(account, "100");
        let platform = admin.platform_of(product);
        let feed = app.reporter(&admin, platform);
        let figures = json!({
            "accountNumber": admin.account_number(account), "pnl": "-7.5", "margin": "10", "time": app.time(0),
        });
        feed.post(&format!("/api/v2/platforms/{platform}/figures"), &json!({"figures": [figures]})).expect(200);
        let chart: Value = app.as_client(ann).get(CHARTS).expect(200)["data"][0]["data"][0]["point"].clone();
        assert_eq!(chart, amount("92.5"));
    });
}
