//! What platforms report of accounts: closed positions and figures, at times that have come.

use domain::payments::MethodDirection;
use serde_json::{Value, json};

use super::{DAY, Trading, give, on_both, position, report, trading};
use crate::harness::orders::ReadyClient;
use crate::harness::{Client, TestApp, amount, with};

const NINES: &str = "9999999999999999999999999999";
const LEAST: &str = "0.000000000000000001";

/// A platform that reports, and a client of it.
struct Feed<'a> {
    app: &'a TestApp,
    admin: Client,
    trading: Trading,
}

impl<'a> Feed<'a> {
    fn of(app: &'a TestApp) -> Self {
        let admin = app.admin();
        let trading = trading(app, &admin);
        Self { app, admin, trading }
    }

    /// An account with so much money: its id and its number.
    fn account(&self, amount: &str) -> (i64, Value) {
        let id = self.admin.new_account(self.trading.client, self.trading.product, 840);
        self.admin.change_balance(id, amount);
        (id, self.admin.account_number(id))
    }

    fn figures(&self, number: &Value, pnl: &str, margin: &str, time: &str) -> Value {
        let figures = json!({"accountNumber": number, "pnl": pnl, "margin": margin, "time": time});
        let path = format!("/api/v2/platforms/{}/figures", self.trading.platform);
        self.trading.feed.post(&path, &json!({"figures": [figures]})).expect(200)["results"][0]["status"].clone()
    }

    fn trade(&self, id: &str, number: &Value, fields: &Value) -> Value {
        let trade = json!({
            "externalId": id, "accountNumber": number, "symbol": "EURUSD", "lots": "1", "openTime": self.app.time(-3600),
            "closeTime": self.app.time(0),
        });
        let path = format!("/api/v2/platforms/{}/trades", self.trading.platform);
        let trades = json!({"trades": [with(trade, fields)]});
        self.trading.feed.post(&path, &trades).expect(200)["results"][0]["status"].clone()
    }

    /// Everything that shows an account is answered.
    fn read_all(&self, account: i64) -> Value {
        self.admin.get("/api/v2/accounts").expect(200);
        self.admin.get("/api/v2/transactions").expect(200);
        self.admin.get(&format!("/api/v2/accounts/{account}")).expect(200);
        self.admin.with("Accept", "text/csv").get("/api/v2/accounts").expect(200);
        self.admin.statement(account)
    }
}

#[test]
fn a_position_counts_once_however_often_it_is_reported() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        app.advance(DAY);
        let none = report(&trading, &[position(app, &trading, "early", "1", &json!({"profit": "7.25"}))]);
        assert_eq!(
            none["results"][0],
            json!({"externalId": "early", "status": "accepted", "counted": [], "reason": "noBonus"})
        );
        assert_eq!(
            admin.statement(trading.account)["currentBalance"],
            amount("7.25"),
            "the result is posted all the same"
        );
        let bonus = give(&admin, trading.account, &json!({}));
        app.advance(DAY);
        let batch = [
            position(app, &trading, "a", "1.5", &json!({"profit": "-2"})),
            position(app, &trading, "a", "1.5", &json!({"profit": "-2"})),
            position(app, &trading, "a", "1.6", &json!({"profit": "-2"})),
            position(app, &trading, "scalp", "1", &json!({"openTime": app.time(-59)})),
            position(app, &trading, "czk", "1", &json!({"symbol": "USDCZK"})),
            position(app, &trading, "old", "1", &json!({"openTime": app.time(-2 * DAY)})),
            position(app, &trading, "x", "1", &json!({"accountNumber": "1"})),
            position(app, &trading, "y", "0", &json!({})),
            position(app, &trading, "z", "1", &json!({"openTime": app.time(5)})),
            position(app, &trading, "w", "1", &json!({"profit": "0.001"})),
            json!("rubbish"),
            position(app, &trading, "b", "2", &json!({"profit": null})),
        ];
        let answer = report(&trading, &batch);
        assert_eq!(answer["accepted"], json!(5));
        let told: Vec<(Value, Value)> = answer["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|result| (result["status"].clone(), result["reason"].clone()))
            .collect();
        let expected = [
            ("accepted", None),
            ("duplicate", None),
            ("conflict", None),
            ("accepted", Some("scalping")),
            ("accepted", Some("disabledGroup")),
            ("accepted", Some("outsideWindow")),
            ("invalid", Some("unknownAccount")),
            ("invalid", Some("invalid")),
            ("invalid", Some("invalid")),
            ("invalid", Some("invalid")),
            ("invalid", Some("invalid")),
            ("accepted", None),
        ];
        assert_eq!(told, expected.map(|(status, reason)| (json!(status), json!(reason))));
        let again = report(&trading, &batch[..1]);
        assert_eq!(again["results"][0]["status"], json!("duplicate"));
        assert_eq!(again["results"][0]["counted"], json!([{"bonusId": bonus, "lots": amount("1.5")}]));
        let volume = admin.get(&format!("/api/v2/bonuses/{bonus}")).expect(200)["fictiveVolume"].clone();
        assert_eq!(volume, amount("3.5"));
        assert_eq!(admin.statement(trading.account)["currentBalance"], amount("5.25"));
        app.verify();
    });
}

#[test]
fn only_a_key_of_the_platform_reports() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let (platform, _, _) = app.product(&admin);
        let other = app.reporter(&admin, platform);
        let path = format!("/api/v2/platforms/{}/trades", trading.platform);
        let body = json!({"trades": [position(app, &trading, "a", "1", &json!({}))]});
        app.client.post(&path, &body).refused(401, "tokenMissing");
        app.client.with_token("rubbish").post(&path, &body).refused(401, "tokenInvalid");
        admin.post(&path, &body).refused(403, "platformKeyRequired");
        other.post(&path, &body).refused(403, "otherPlatformKey");
        trading.feed.get("/api/v2/bonuses").expect(401);
        trading.feed.post(&path, &json!({"trades": []})).refused(400, "empty");
        trading.feed.post(&path, &json!({})).refused(400, "required");
        let many: Vec<Value> = (0..1001).map(|id| json!({"externalId": id.to_string()})).collect();
        trading.feed.post(&path, &json!({"trades": many})).refused(400, "tooManyEntries");
        trading.feed.post(&path, &body).expect(200);
        let keys = format!("/api/v2/platforms/{}/keys", trading.platform);
        let known = admin.get(&keys).expect(200);
        assert_eq!(known["data"][0]["lastUsedAt"], json!("2026-01-01T00:00:00+00:00"));
        assert_eq!(known["data"][0].get("key"), None);
        let ends = json!({"caption": "short", "expiresAt": app.time(60)});
        let made = admin.post(&keys, &ends).expect(201);
        let short = app.client.with_token(made["key"].as_str().unwrap());
        short.post(&path, &body).expect(200);
        app.advance(60);
        short.post(&path, &body).expect(401);
        admin.delete(&format!("{keys}/1")).expect(204);
        trading.feed.post(&path, &body).expect(401);
        admin.delete(&format!("{keys}/1")).expect(404);
        admin.get("/api/v2/platforms/99/keys").expect(404);
        admin.post(&keys, &json!({"caption": ""})).refused(400, "empty");
    });
}

#[test]
fn figures_of_a_platform_enter_the_statement_if_they_are_newer() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let path = format!("/api/v2/platforms/{}/figures", trading.platform);
        let figures = |pnl: &str, margin: &str, at: i64| json!({"accountNumber": trading.number, "pnl": pnl, "margin": margin, "time": app.time(at)});
        let send = |figures: &[Value]| {
            let answer = trading.feed.post(&path, &json!({"figures": figures})).expect(200);
            let results = answer["results"].as_array().unwrap().iter().map(|result| result["status"].clone());
            results.collect::<Vec<_>>()
        };
        admin.change_balance(trading.account, "100");
        assert_eq!(send(&[figures("-30", "20", 10), figures("5", "5", 9)]), ["accepted", "older"]);
        let now = admin.statement(trading.account);
        assert_eq!([&now["equity"], &now["freeMargin"]], [&amount("70"), &amount("50")]);
        assert_eq!([&now["availableBalance"], &now["marginLevel"]], [&amount("50"), &amount("3.5")]);
        let unknown = json!({"accountNumber": "1", "pnl": "0", "margin": "0", "time": app.time(11)});
        let faulty = json!({"accountNumber": trading.number, "pnl": "x", "margin": "0", "time": app.time(11)});
        assert_eq!(send(&[unknown, faulty, figures("0", "-1", 12)]), ["unknownAccount", "invalid", "invalid"]);
        assert_eq!(send(&[figures("0", "0", 11)]), ["accepted"]);
        assert_eq!(admin.statement(trading.account)["equity"], amount("100"));
        app.verify();
    });
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
            assert_eq!(feed.figures(&number, pnl, margin, &app.time(0)), json!("invalid"), "{balance} {pnl} {margin}");
            assert_eq!(feed.read_all(account)["pnl"], json!("0.000000000000000000"));
            assert_eq!(feed.figures(&number, "-12.34", "5.6", &app.time(0)), json!("accepted"));
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
        feed.admin.withdraw(account, "1").refused(422, "insufficientFunds");
        app.verify();
    });
}

#[test]
fn money_that_could_not_be_summed_up_is_not_taken() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal);
        let most = "6000000000000000000000000000";
        let path = format!("/api/v2/accounts/{}/balance", ready.account);
        admin.change_balance(ready.account, "-250");
        admin.change_balance(ready.account, most);
        ready.ask(app, most).unwrap();
        admin.patch(&path, &json!({"amount": most})).refused(422, "amountTooLarge");
        admin.patch(&path, &json!({"amount": "1000000000000000000000000000"})).expect(200);
        assert_eq!(
            admin.get(&path).expect(200)["currentBalance"],
            json!("7000000000000000000000000000.000000000000000000")
        );
        // What was rolled back leaves gaps in PostgreSQL's ids, so the answer is not compared.
        admin.unrecorded().get("/api/v2/transactions").expect(200);
        app.verify();
    });
}

#[test]
fn a_position_is_closed_at_most_five_minutes_ahead_of_our_clock() {
    on_both(|app| {
        let feed = Feed::of(app);
        let (_, number) = feed.account("1");
        let times = |offset: i64| json!({"openTime": app.time(0), "closeTime": app.time(offset)});
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
        assert_eq!(feed.figures(&number, "2", "0", &app.time(301)), json!("invalid"));
        assert_eq!(feed.figures(&number, "3", "0", &app.time(300)), json!("accepted"));
        assert_eq!(feed.figures(&number, "4", "0", &app.time(0)), json!("older"));
        // As a database may hold it from before: a time that cannot be right makes nothing older.
        app.run_sql("UPDATE accounts SET figures_time = '9999-12-31 00:00:00'");
        assert_eq!(feed.figures(&number, "5", "0", &app.time(0)), json!("accepted"));
        assert_eq!(feed.read_all(account)["pnl"], json!("5.000000000000000000"));
    });
}
