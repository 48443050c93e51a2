//! What platforms report of accounts: figures that can be kept and summed, at times that have come.

use serde_json::{Value, json};

use crate::harness::{Client, TestApp, on_both};
use crate::payments::requests::{ask, ready_client};

const NINES: &str = "9999999999999999999999999999";
const LEAST: &str = "0.000000000000000001";

/// A platform with its key, and a client of it.
struct Feed<'a> {
    app: &'a TestApp,
    admin: Client,
    reporter: Client,
    client: i64,
    product: i64,
    platform: Value,
}

impl<'a> Feed<'a> {
    fn of(app: &'a TestApp) -> Self {
        let admin = app.admin();
        let product = app.open_product(&admin, "trade", &[840]);
        let platform = admin.get(&format!("/api/v2/products/{product}")).expect(200)["platform"]["id"].clone();
        let client = admin.new_client("trader@example.com", &json!({}));
        let key = admin.post(&format!("/api/v2/platforms/{platform}/keys"), &json!({"caption": "feed"})).expect(201);
        let reporter = app.client.with_token(key["key"].as_str().unwrap());
        Self { app, admin, reporter, client, product, platform }
    }

    /// An account with so much money: its id and its number.
    fn account(&self, amount: &str) -> (i64, Value) {
        let id = self.admin.new_account(self.client, self.product, 840);
        self.admin.patch(&format!("/api/v2/accounts/{id}/balance"), &json!({"amount": amount})).expect(200);
        (id, self.admin.get(&format!("/api/v2/accounts/{id}")).expect(200)["accountNumber"].clone())
    }

    fn time(&self, offset: i64) -> String {
        chrono::DateTime::from_timestamp(self.app.unix_seconds() + offset, 0).unwrap().to_rfc3339()
    }

    fn figures(&self, number: &Value, pnl: &str, margin: &str, time: &str) -> Value {
        let figures = json!({"accountNumber": number, "pnl": pnl, "margin": margin, "time": time});
        let path = format!("/api/v2/platforms/{}/figures", self.platform);
        self.reporter.post(&path, &json!({"figures": [figures]})).expect(200)["results"][0]["status"].clone()
    }

    fn trade(&self, id: &str, number: &Value, fields: &Value) -> Value {
        let mut trade = json!({
            "externalId": id, "accountNumber": number, "symbol": "EURUSD", "lots": "1", "openTime": self.time(-3600),
            "closeTime": self.time(0),
        });
        for (name, value) in fields.as_object().unwrap() {
            trade[name] = value.clone();
        }
        let path = format!("/api/v2/platforms/{}/trades", self.platform);
        self.reporter.post(&path, &json!({"trades": [trade]})).expect(200)["results"][0]["status"].clone()
    }

    /// Everything that shows an account is answered.
    fn read_all(&self, account: i64) -> Value {
        self.admin.get("/api/v2/accounts").expect(200);
        self.admin.get("/api/v2/transactions").expect(200);
        self.admin.get(&format!("/api/v2/accounts/{account}")).expect(200);
        self.admin.with("Accept", "text/csv").get("/api/v2/accounts").expect(200);
        self.admin.get(&format!("/api/v2/accounts/{account}/balance")).expect(200)
    }
}

#[test]
fn figures_that_cannot_be_summed_are_invalid() {
    on_both(|app| {
        let feed = Feed::of(app);
        for (balance, pnl, margin) in [
            ("10000000000", LEAST, "0"),
            ("10000000000", "0", LEAST),
            ("100", NINES, "0"),
            ("-0.01", NINES, "0"),
            ("100.01", "-9999999999999999999999999999", "0"),
            ("100.01", "0", NINES),
            ("1", "0.001", "0"),
        ] {
            let (account, number) = feed.account(if balance == "-0.01" { "1" } else { balance });
            if balance == "-0.01" {
                assert_eq!(feed.trade("loss", &number, &json!({"profit": "-1.01"})), json!("accepted"));
            }
            assert_eq!(feed.figures(&number, pnl, margin, &feed.time(0)), json!("invalid"), "{balance} {pnl} {margin}");
            assert_eq!(feed.read_all(account)["pnl"], json!("0.000000000000000000"));
            assert_eq!(feed.figures(&number, "-12.34", "5.6", &feed.time(0)), json!("accepted"));
        }
        app.verify();
    });
}

/// As a database may hold them from before such figures were refused.
#[test]
fn an_account_is_read_whatever_figures_are_stored() {
    on_both(|app| {
        let feed = Feed::of(app);
        let (account, _) = feed.account("10000000000");
        app.run_sql("UPDATE accounts SET pnl = '0.000000000000000001'");
        let statement = feed.read_all(account);
        assert_eq!(statement["equity"], json!("10000000000.000000000000000001"));
        assert_eq!(statement["freeMargin"], json!("10000000000.000000000000000001"));
        assert_eq!(statement["availableBalance"], json!("10000000000.000000000000000000"));
        app.run_sql("UPDATE accounts SET pnl = '9999999999999999999999999999', margin = '0.000000000000000003'");
        let statement = feed.read_all(account);
        assert_eq!(statement["equity"], json!("10000000000000000009999999999.000000000000000000"));
        assert_eq!(statement["availableBalance"], json!("10000000000.000000000000000000"));
        let level = json!("3333333333333333336666666666333333333333333333.333333333333333333");
        assert_eq!(statement["marginLevel"], level);
        app.run_sql(
            "UPDATE accounts SET pnl = '-9999999999999999999999999999', margin = '9999999999999999999999999999'",
        );
        let statement = feed.read_all(account);
        assert_eq!(statement["freeMargin"], json!("-19999999999999999989999999998.000000000000000000"));
        assert_eq!(statement["availableBalance"], json!("0.000000000000000000"));
        let withdrawal = json!({"accountId": account, "methodId": 2, "amount": "1"});
        feed.admin.post("/api/v2/withdrawals", &withdrawal).expect(422);
        app.verify();
    });
}

#[test]
fn money_that_could_not_be_summed_up_is_not_taken() {
    on_both(|app| {
        let admin = app.admin();
        let (client, account, method) = ready_client(app, &admin, domain::payments::MethodDirection::Withdrawal);
        let most = "6000000000000000000000000000";
        let path = format!("/api/v2/accounts/{account}/balance");
        admin.patch(&path, &json!({"amount": "-250"})).expect(200);
        admin.patch(&path, &json!({"amount": most})).expect(200);
        ask(app, client, domain::payments::MethodDirection::Withdrawal, account, method, most).unwrap();
        admin.patch(&path, &json!({"amount": most})).expect(422);
        admin.patch(&path, &json!({"amount": "1000000000000000000000000000"})).expect(200);
        assert_eq!(
            admin.get(&path).expect(200)["currentBalance"],
            json!("7000000000000000000000000000.000000000000000000")
        );
        // What was rolled back leaves gaps in PostgreSQL's ids, so the answer is not compared.
        let quiet = Client::new(&admin.base, std::rc::Rc::default()).with_token(admin.token.as_deref().unwrap());
        quiet.get("/api/v2/transactions").expect(200);
        app.verify();
    });
}

#[test]
fn a_position_is_closed_at_most_five_minutes_ahead_of_our_clock() {
    on_both(|app| {
        let feed = Feed::of(app);
        let (_, number) = feed.account("1");
        let times = |offset: i64| json!({"openTime": feed.time(0), "closeTime": feed.time(offset)});
        let (soon, early) = (times(300), times(301));
        assert_eq!(feed.trade("soon", &number, &soon), json!("accepted"));
        assert_eq!(feed.trade("early", &number, &early), json!("invalid"));
        app.advance(1);
        assert_eq!(feed.trade("early", &number, &early), json!("accepted"));
        let far = json!({"openTime": "9999-12-30T00:00:00Z", "closeTime": "9999-12-31T00:00:00Z"});
        assert_eq!(feed.trade("far", &number, &far), json!("invalid"));
        // What is known already is told, however the clocks stand.
        app.advance(-3600);
        assert_eq!(feed.trade("soon", &number, &soon), json!("duplicate"));
    });
}

#[test]
fn figures_are_at_most_five_minutes_ahead_of_our_clock() {
    on_both(|app| {
        let feed = Feed::of(app);
        let (account, number) = feed.account("100");
        assert_eq!(feed.figures(&number, "1", "0", "9999-12-31T00:00:00Z"), json!("invalid"));
        assert_eq!(feed.figures(&number, "2", "0", &feed.time(301)), json!("invalid"));
        assert_eq!(feed.figures(&number, "3", "0", &feed.time(300)), json!("accepted"));
        assert_eq!(feed.figures(&number, "4", "0", &feed.time(0)), json!("older"));
        // As a database may hold it from before: a time that cannot be right makes nothing older.
        app.run_sql("UPDATE accounts SET figures_time = '9999-12-31 00:00:00'");
        assert_eq!(feed.figures(&number, "5", "0", &feed.time(0)), json!("accepted"));
        assert_eq!(feed.read_all(account)["pnl"], json!("5.000000000000000000"));
    });
}
