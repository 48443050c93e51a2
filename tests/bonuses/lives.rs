//! Bonuses: every line of the state table through HTTP, with time moved by the test.

use domain::bonuses::BonusProgramId;
use domain::clients::ClientId;
use domain::ledger::{AccountId, BonusId};
use serde_json::{Value, json};
use storage::bonuses::awarding;
use storage::payments::transfers;

use crate::harness::{Client, Gateway, Setup, TestApp, on_both_with};

const DAY: i64 = 86_400;

pub fn amount(text: &str) -> Value {
    json!(text.parse::<domain::ledger::Amount>().unwrap().padded())
}

/// Lives of bonuses are longer than those of tokens.
pub fn on_both(test: impl Fn(&TestApp)) {
    on_both_with(&Setup { has_lasting_tokens: true, ..Setup::default() }, test);
}

/// A client with a trading account, and the platform's own key.
pub struct Trading {
    pub client: i64,
    pub account: i64,
    pub number: Value,
    pub platform: i64,
    pub feed: Client,
}

pub fn trading(app: &TestApp, admin: &Client) -> Trading {
    let product = app.open_product(admin, "trade", &[840]);
    let platform = admin.get(&format!("/api/v2/products/{product}")).expect(200)["platform"]["id"].as_i64().unwrap();
    let client = admin.new_client(&format!("trader{platform}@example.com"), &json!({}));
    let account = admin.new_account(client, product, 840);
    let number = admin.get(&format!("/api/v2/accounts/{account}")).expect(200)["accountNumber"].clone();
    let feed = key_of(app, admin, platform);
    Trading { client, account, number, platform, feed }
}

fn key_of(app: &TestApp, admin: &Client, platform: i64) -> Client {
    let made = admin.post(&format!("/api/v2/platforms/{platform}/keys"), &json!({"caption": "feed"})).expect(201);
    app.client.with_token(made["key"].as_str().unwrap())
}

pub fn terms() -> Value {
    json!({
        "lifetime": 30, "dynamicLots": "2", "enableAutoCredit": false, "scalpingThreshold": 60, "enableTrade": false,
        "disabledGroups": ["USDCZK"],
    })
}

pub fn with(mut base: Value, fields: &Value) -> Value {
    for (name, value) in fields.as_object().unwrap() {
        base[name] = value.clone();
    }
    base
}

/// Gives a bonus of 100, which asks for 50 lots.
#[track_caller]
pub fn give(admin: &Client, account: i64, fields: &Value) -> i64 {
    let body = with(with(terms(), &json!({"accountId": account, "amount": "100"})), fields);
    admin.post("/api/v2/bonuses", &body).expect(201)["id"].as_i64().unwrap()
}

#[track_caller]
pub fn state(admin: &Client, bonus: i64) -> Value {
    admin.get(&format!("/api/v2/bonuses/{bonus}")).expect(200)["state"].clone()
}

pub fn time(app: &TestApp, offset: i64) -> String {
    chrono::DateTime::from_timestamp(app.unix_seconds() + offset, 0).unwrap().to_rfc3339()
}

/// A position of so many lots that was opened an hour ago and closed now.
pub fn position(app: &TestApp, trading: &Trading, id: &str, lots: &str, fields: &Value) -> Value {
    let position = json!({
        "externalId": id, "accountNumber": trading.number, "symbol": "EURUSD", "lots": lots,
        "openTime": time(app, -3600), "closeTime": time(app, 0),
    });
    with(position, fields)
}

#[track_caller]
pub fn report(trading: &Trading, trades: &[Value]) -> Value {
    trading.feed.post(&format!("/api/v2/platforms/{}/trades", trading.platform), &json!({"trades": trades})).expect(200)
}

pub fn statement(admin: &Client, account: i64) -> Value {
    admin.get(&format!("/api/v2/accounts/{account}/balance")).expect(200)
}

#[track_caller]
pub fn act(admin: &Client, bonus: i64, action: &str) {
    admin.post(&format!("/api/v2/bonuses/{bonus}/{action}"), &json!({})).expect(204);
}

pub fn events(admin: &Client, bonus: i64) -> Vec<String> {
    // What was rolled back leaves gaps in PostgreSQL's ids, so the answer is not compared.
    let quiet = Client::new(&admin.base, std::rc::Rc::default()).with_token(admin.token.as_deref().unwrap());
    let history = quiet.get(&format!("/api/v2/bonuses/{bonus}/history?limit=100")).expect(200);
    let mut steps: Vec<Value> = history["data"].as_array().unwrap().clone();
    steps.sort_by_key(|step| step["id"].as_i64());
    steps.iter().map(|step| step["event"].as_str().unwrap().to_owned()).collect()
}

/// T01, T04 to T08: given, credited, traded, paid out.
#[test]
fn a_bonus_that_is_traded_in_time_becomes_balance() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let bonus = give(&admin, trading.account, &json!({}));
        let given = admin.get(&format!("/api/v2/bonuses/{bonus}")).expect(200);
        assert_eq!(given["state"], json!("pending"), "its turn had come");
        assert_eq!(given["fictiveVolumeComplete"], amount("50"));
        assert_eq!(given["account"], trading.number);
        assert_eq!(given["activateTime"], given["createTime"]);
        let credited = statement(&admin, trading.account);
        assert_eq!([&credited["credit"], &credited["equity"]], [&amount("100"), &amount("100")]);
        assert_eq!([&credited["availableBalance"], &credited["currentBalance"]], [&amount("0"), &amount("0")]);
        app.advance(DAY);
        let first = report(&trading, &[position(app, &trading, "a", "49.5", &json!({}))]);
        assert_eq!(first["results"][0]["counted"], json!([{"bonusId": bonus, "lots": amount("49.5")}]));
        app.run_jobs();
        assert_eq!(state(&admin, bonus), json!("pending"));
        report(&trading, &[position(app, &trading, "b", "0.5", &json!({}))]);
        app.run_jobs();
        assert_eq!(state(&admin, bonus), json!("completed"));
        let paid = statement(&admin, trading.account);
        assert_eq!([&paid["credit"], &paid["currentBalance"]], [&amount("0"), &amount("100")]);
        assert_eq!([&paid["equity"], &paid["availableBalance"]], [&amount("100"), &amount("100")]);
        assert_eq!(
            events(&admin, bonus),
            ["award", "credit", "computeVolume", "countPosition", "countPosition", "complete", "confirm"]
        );
        let history = admin.get(&format!("/api/v2/bonuses/{bonus}/history")).expect(200);
        let paid_out = history["data"].as_array().unwrap().iter().find(|step| step["event"] == "confirm").unwrap();
        assert_eq!(
            paid_out["postings"],
            json!([{"book": "credit", "amount": amount("-100")}, {"book": "balance", "amount": amount("100")}])
        );
        assert_eq!([&paid_out["from"], &paid_out["to"]], [&json!("onCompleting"), &json!("completed")]);
        app.verify();
    });
}

/// T02.
#[test]
fn a_deposit_and_a_transfer_to_a_trading_account_earn_a_bonus() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let preset = with(terms(), &json!({"platformId": trading.platform, "name": "Welcome", "default": true}));
        admin.post("/api/v2/bonuses/presets", &preset).expect(201);
        let deposit = |amount: &str| {
            let body = json!({"accountId": trading.account, "methodId": 1, "amount": amount});
            admin.post("/api/v2/deposits", &body).expect(201);
            app.run_jobs();
            admin.get("/api/v2/bonuses").expect(200)
        };
        assert_eq!(deposit("1000")["total"], json!(0), "automatic bonuses are off at first");
        let settings = json!({"isEnabled": true, "percent": "30", "limit": "300", "minimum": "50"});
        admin.patch("/api/v2/bonuses/settings", &settings).expect(200);
        assert_eq!(deposit("49.99")["total"], json!(0), "below the minimum");
        app.advance(1);
        let earned = deposit("100");
        assert_eq!([&earned["total"], &earned["data"][0]["amount"]], [&json!(1), &amount("30")]);
        assert_eq!(earned["data"][0]["state"], json!("pending"));
        app.advance(1);
        assert_eq!(deposit("2000")["data"][0]["amount"], amount("300"), "cut to the limit");
        // A transfer counts, a balance change does not.
        let product = app.open_product(&admin, "personal", &[840]);
        let wallet = admin.new_account(trading.client, product, 840);
        admin.patch(&format!("/api/v2/accounts/{wallet}/balance"), &json!({"amount": "500"})).expect(200);
        admin.patch(&format!("/api/v2/accounts/{}/balance", trading.account), &json!({"amount": "500"})).expect(200);
        app.advance(1);
        let transfer = json!({
            "clientId": trading.client, "sourceId": wallet, "destinationId": trading.account, "amount": "200",
        });
        admin.post("/api/v2/transfers", &transfer).expect(201);
        app.run_jobs();
        let earned = admin.get("/api/v2/bonuses").expect(200);
        assert_eq!([&earned["total"], &earned["data"][0]["amount"]], [&json!(3), &amount("60")]);
        assert_eq!(earned["data"][0]["state"], json!("queued"), "those before it are unfinished");
        admin.patch("/api/v2/bonuses/presets/1", &json!({"default": false})).expect(200);
        assert_eq!(deposit("100")["total"], json!(3), "without a preset there is none");
        app.verify();
    });
}

/// T03.
#[test]
fn a_client_claims_a_program_once() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let fields = json!({
            "platformId": trading.platform, "name": "Spring", "amount": "50", "currencyCode": 840,
            "platformGroups": ["real"], "expiredAt": time(app, 5 * DAY),
        });
        let program = admin.post("/api/v2/bonuses/temporary", &with(terms(), &fields)).expect(201);
        let id = program["id"].as_i64().unwrap();
        let claim = || {
            let (client, account) = (ClientId::new(trading.client), AccountId::new(trading.account));
            let claimed = app.database.write(move |tx| awarding::claim(tx, client, BonusProgramId::new(id), account));
            claimed.map(BonusId::get).map_err(|error| error.to_string())
        };
        assert!(claim().unwrap_err().contains("group"), "the account is in no group of the platform");
        app.run_sql("UPDATE accounts SET platform_group = 'real'");
        let bonus = claim().unwrap();
        app.run_jobs();
        let claimed = admin.get(&format!("/api/v2/bonuses/{bonus}")).expect(200);
        assert_eq!(claimed["temporaryBonus"], json!({"id": id, "name": "Spring"}));
        assert_eq!([&claimed["state"], &claimed["amount"]], [&json!("pending"), &amount("50")]);
        assert!(claim().unwrap_err().contains("claimed before"));
        admin.delete(&format!("/api/v2/bonuses/temporary/{id}")).expect(204);
        assert_eq!(admin.get(&format!("/api/v2/bonuses/{bonus}")).expect(200), claimed, "what was claimed goes on");
        app.verify();
    });
}

/// T09, T13.
#[test]
fn a_bonus_that_is_not_traded_in_time_burns() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let first = give(&admin, trading.account, &json!({}));
        app.advance(1);
        let second = give(&admin, trading.account, &json!({"amount": "40"}));
        assert_eq!(state(&admin, second), json!("queued"));
        app.advance(30 * DAY - 2);
        app.run_jobs();
        assert_eq!(state(&admin, first), json!("pending"));
        app.advance(1);
        app.run_jobs();
        assert_eq!([state(&admin, first), state(&admin, second)], [json!("expired"), json!("pending")]);
        assert_eq!(statement(&admin, trading.account)["credit"], amount("40"), "the next one has begun");
        assert_eq!(events(&admin, first), ["award", "credit", "computeVolume", "expire", "confirm"]);
        app.verify();
    });
}

/// T10.
#[test]
fn bonuses_burn_when_the_balance_falls_below_zero_where_that_is_on() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let bonus = give(&admin, trading.account, &json!({}));
        report(&trading, &[position(app, &trading, "a", "1", &json!({"profit": "-10.50"}))]);
        app.run_jobs();
        assert_eq!(state(&admin, bonus), json!("pending"), "it is off");
        assert_eq!(statement(&admin, trading.account)["currentBalance"], amount("-10.5"));
        admin.patch("/api/v2/bonuses/settings", &json!({"burnIfBalanceNegative": true})).expect(200);
        report(&trading, &[position(app, &trading, "b", "1", &json!({"profit": "-0.01"}))]);
        app.run_jobs();
        assert_eq!(state(&admin, bonus), json!("expired"));
        assert_eq!(statement(&admin, trading.account)["credit"], amount("0"));
        app.verify();
    });
}

/// T11.
#[test]
fn bonuses_burn_when_money_leaves_where_that_is_on() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let deposit = json!({"accountId": trading.account, "methodId": 1, "amount": "100"});
        admin.post("/api/v2/deposits", &deposit).expect(201);
        let first = give(&admin, trading.account, &json!({}));
        app.advance(1);
        let queued = give(&admin, trading.account, &json!({}));
        let withdraw = |amount: &str| {
            let body = json!({"accountId": trading.account, "methodId": 2, "amount": amount});
            admin.post("/api/v2/withdrawals", &body)
        };
        withdraw("10").expect(201);
        assert_eq!(state(&admin, first), json!("pending"), "it is off");
        admin.patch("/api/v2/bonuses/settings", &json!({"burnOnWithdrawal": true})).expect(200);
        withdraw("1000").expect(422);
        assert_eq!(state(&admin, first), json!("pending"), "what is refused burns nothing");
        admin.patch(&format!("/api/v2/accounts/{}/balance", trading.account), &json!({"amount": "-5"})).expect(200);
        assert_eq!(state(&admin, first), json!("pending"), "a balance change burns nothing");
        withdraw("10").expect(201);
        assert_eq!([state(&admin, first), state(&admin, queued)], [json!("expired"), json!("queued")]);
        assert_eq!(events(&admin, first), ["award", "credit", "computeVolume", "moneyWithdrawn", "confirm"]);
        app.run_jobs();
        assert_eq!(state(&admin, queued), json!("pending"));
        app.verify();
    });
}

/// T11: what waits takes the money when it is done, not when it is asked for.
#[test]
fn bonuses_burn_when_what_was_held_is_carried_out() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        admin.patch("/api/v2/bonuses/settings", &json!({"burnOnWithdrawal": true})).expect(200);
        admin.patch(&format!("/api/v2/accounts/{}/balance", trading.account), &json!({"amount": "100"})).expect(200);
        let all = [json!({"name": "internal_transfers", "isEnabled": true})];
        let path = format!("/api/v2/clients/{}/permissions", trading.client);
        admin.put(&path, &json!({"permissions": all})).expect(200);
        let bonus = give(&admin, trading.account, &json!({}));
        let (_, other) = app.wallet(&admin, "b@example.com", 840, "0");
        let (client, ids) = (ClientId::new(trading.client), [trading.account, other].map(AccountId::new));
        let asked = app.database.write(move |tx| transfers::request(tx, client, ids, "40".parse().unwrap()));
        let id = asked.unwrap().id;
        assert_eq!(state(&admin, bonus), json!("pending"));
        admin.patch(&format!("/api/v2/transactions/{id}"), &json!({"status": "inProgress"})).expect(200);
        assert_eq!(state(&admin, bonus), json!("expired"));
        assert_eq!(statement(&admin, trading.account)["equity"], amount("60"));
        app.verify();
    });
}

/// T12, T13, T17, T18, T21.
#[test]
fn a_bonus_that_was_taken_back_can_be_given_again() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let bonus = give(&admin, trading.account, &json!({}));
        let path = format!("/api/v2/bonuses/{bonus}");
        app.advance(DAY);
        report(&trading, &[position(app, &trading, "a", "20", &json!({}))]);
        act(&admin, bonus, "revoke");
        assert_eq!(state(&admin, bonus), json!("expired"));
        report(&trading, &[position(app, &trading, "b", "20", &json!({}))]);
        // Nothing to do without a volume; not above 0 is wrong.
        assert_eq!(admin.put(&path, &json!({})).expect(200)["state"], json!("expired"));
        admin.put(&path, &json!({"fictiveVolumeComplete": "0"})).expect(400);
        admin.post(&format!("{path}/reactivate"), &json!({"lifetime": 0})).expect(400);
        admin.post(&format!("{path}/reactivate"), &json!({"lifetime": 7})).expect(204);
        let again = admin.get(&path).expect(200);
        assert_eq!([&again["state"], &again["lifetime"]], [&json!("pending"), &json!(7)]);
        assert_eq!(again["fictiveVolume"], amount("20"), "what was traded is kept, what was traded meanwhile is not");
        assert_eq!(statement(&admin, trading.account)["credit"], amount("100"));
        act(&admin, bonus, "revoke");
        let again = admin.patch(&path, &json!({"fictiveVolumeComplete": "20"})).expect(200);
        assert_eq!(again["state"], json!("completed"), "it was traded already");
        assert_eq!(statement(&admin, trading.account)["currentBalance"], amount("100"));
        let other = give(&admin, trading.account, &json!({}));
        act(&admin, other, "revoke");
        admin.delete(&format!("/api/v2/bonuses/{other}")).expect(204);
        admin.get(&format!("/api/v2/bonuses/{other}")).expect(404);
        app.verify();
    });
}

/// T14, T15, T16.
#[test]
fn a_pause_stops_the_clock_and_the_volume() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let bonus = give(&admin, trading.account, &json!({}));
        let expiry = || admin.get(&format!("/api/v2/bonuses/{bonus}")).expect(200)["expireTime"].clone();
        assert_eq!(expiry(), json!("2026-01-31T00:00:00+00:00"));
        act(&admin, bonus, "continue");
        assert_eq!(expiry(), json!("2026-03-02T00:00:00+00:00"), "one lifetime more");
        app.advance(DAY);
        act(&admin, bonus, "hold");
        app.advance(100 * DAY);
        app.run_jobs();
        let held = report(&trading, &[position(app, &trading, "a", "60", &json!({}))]);
        assert_eq!(held["results"][0]["reason"], json!("onHold"));
        assert_eq!(state(&admin, bonus), json!("hold"));
        assert_eq!(statement(&admin, trading.account)["credit"], amount("100"));
        act(&admin, bonus, "continue");
        assert_eq!(expiry(), json!("2026-06-10T00:00:00+00:00"), "moved by the pause");
        let late = json!({"openTime": time(app, -DAY), "closeTime": time(app, -60)});
        let late = report(&trading, &[position(app, &trading, "b", "60", &late)]);
        assert_eq!(late["results"][0]["reason"], json!("outsideWindow"), "closed during the pause");
        app.run_jobs();
        assert_eq!(state(&admin, bonus), json!("pending"));
    });
}

/// T19, T20, T22.
#[test]
fn a_bonus_is_cancelled_until_it_is_paid_out() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let running = give(&admin, trading.account, &json!({}));
        let queued = give(&admin, trading.account, &json!({}));
        admin.delete(&format!("/api/v2/bonuses/{queued}")).expect(204);
        assert_eq!(statement(&admin, trading.account)["credit"], amount("100"));
        admin.delete(&format!("/api/v2/bonuses/{running}")).expect(204);
        assert_eq!(statement(&admin, trading.account)["credit"], amount("0"));
        admin.delete(&format!("/api/v2/bonuses/{running}")).expect(404);
        admin.get(&format!("/api/v2/bonuses/{running}/history")).expect(404);
        assert_eq!(admin.get("/api/v2/bonuses").expect(200)["total"], json!(0));
        let done = give(&admin, trading.account, &json!({}));
        app.advance(DAY);
        report(&trading, &[position(app, &trading, "a", "50", &json!({}))]);
        app.run_jobs();
        admin.delete(&format!("/api/v2/bonuses/{done}")).expect(409);
        app.verify();
    });
}

/// T23, T24.
#[test]
fn a_step_that_the_platform_refuses_waits_for_a_user() {
    on_both(|app| {
        let gateway = Gateway::start();
        let admin = app.admin();
        let trading = trading(app, &admin);
        let quiet = Client::new(&admin.base, std::rc::Rc::default()).with_token(admin.token.as_deref().unwrap());
        quiet
            .patch(&format!("/api/v2/platforms/{}", trading.platform), &json!({"gatewayUrl": gateway.url}))
            .expect(200);
        gateway.answer(422);
        let bonus = give(&admin, trading.account, &json!({}));
        assert_eq!(state(&admin, bonus), json!("queued"), "the platform is asked first");
        admin.delete(&format!("/api/v2/bonuses/{bonus}")).expect(409);
        app.run_jobs();
        let failed = admin.get(&format!("/api/v2/bonuses/{bonus}")).expect(200);
        assert_eq!([&failed["state"], &failed["error"]], [&json!("error"), &json!("422: {}")]);
        assert_eq!(statement(&admin, trading.account)["credit"], amount("0"), "nothing moved");
        let behind = give(&admin, trading.account, &json!({}));
        assert_eq!(state(&admin, behind), json!("queued"), "those behind it wait");
        gateway.answer(200);
        act(&admin, bonus, "continue");
        app.run_jobs();
        assert_eq!(state(&admin, bonus), json!("pending"));
        assert_eq!(statement(&admin, trading.account)["credit"], amount("100"));
        // The payout fails, too; the one before it is not repeated.
        gateway.answer(409);
        app.advance(DAY);
        report(&trading, &[position(app, &trading, "a", "50", &json!({}))]);
        app.run_jobs();
        assert_eq!(state(&admin, bonus), json!("error"));
        gateway.answer(200);
        act(&admin, bonus, "continue");
        assert_eq!(state(&admin, bonus), json!("onCompleting"));
        app.run_jobs();
        assert_eq!([state(&admin, bonus), state(&admin, behind)], [json!("completed"), json!("pending")]);
        let changes: Vec<Value> = gateway.orders().iter().map(|(_, order)| order["creditChange"].clone()).collect();
        assert_eq!(changes, [json!("100"), json!("100"), json!("-100"), json!("-100"), json!("100")]);
        // One in error is cancelled, with what it has.
        gateway.answer(400);
        act(&admin, behind, "revoke");
        app.run_jobs();
        assert_eq!(state(&admin, behind), json!("error"));
        admin.delete(&format!("/api/v2/bonuses/{behind}")).expect(204);
        assert_eq!(statement(&admin, trading.account)["credit"], amount("0"));
        app.verify();
    });
}

#[test]
fn a_platform_that_never_answered_is_asked_under_the_same_key() {
    on_both(|app| {
        let gateway = Gateway::start();
        let admin = app.admin();
        let trading = trading(app, &admin);
        let quiet = Client::new(&admin.base, std::rc::Rc::default()).with_token(admin.token.as_deref().unwrap());
        quiet
            .patch(&format!("/api/v2/platforms/{}", trading.platform), &json!({"gatewayUrl": gateway.url}))
            .expect(200);
        gateway.answer(503);
        let bonus = give(&admin, trading.account, &json!({}));
        for _ in 0..8 {
            assert_eq!(state(&admin, bonus), json!("queued"));
            app.run_jobs();
            app.advance(1_000);
        }
        assert_eq!(state(&admin, bonus), json!("error"));
        gateway.answer(200);
        act(&admin, bonus, "continue");
        app.run_jobs();
        assert_eq!(state(&admin, bonus), json!("pending"));
        let keys: std::collections::BTreeSet<String> = gateway.orders().into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys.len(), 1, "it may have happened at the first time");
    });
}

/// T25: what the state does not know is 409 and moves nothing.
#[test]
fn what_the_state_does_not_know_is_refused() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let running = give(&admin, trading.account, &json!({}));
        let queued = give(&admin, trading.account, &json!({}));
        let refuse = |bonus: i64, actions: &[&str]| {
            for action in actions {
                let refused = admin.post(&format!("/api/v2/bonuses/{bonus}/{action}"), &json!({}));
                assert_eq!(refused.status, 409, "{action}: {}", refused.body);
            }
        };
        let set_volume = |bonus: i64| {
            let body = json!({"fictiveVolumeComplete": "10"});
            admin.put(&format!("/api/v2/bonuses/{bonus}"), &body).expect(409);
        };
        refuse(queued, &["continue", "hold", "reactivate", "revoke"]);
        set_volume(queued);
        refuse(running, &["reactivate"]);
        set_volume(running);
        act(&admin, running, "hold");
        refuse(running, &["hold", "reactivate", "revoke"]);
        act(&admin, running, "continue");
        act(&admin, running, "revoke");
        refuse(running, &["continue", "hold", "revoke"]);
        admin.post("/api/v2/bonuses/99/hold", &json!({})).expect(404);
        app.verify();
    });
}

#[test]
fn bonuses_of_an_account_follow_one_another_unless_they_are_credited_at_once() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let first = give(&admin, trading.account, &json!({}));
        let second = give(&admin, trading.account, &json!({}));
        let at_once = give(&admin, trading.account, &json!({"enableAutoCredit": true}));
        let third = give(&admin, trading.account, &json!({}));
        let states = || [first, second, at_once, third].map(|bonus| state(&admin, bonus));
        assert_eq!(states(), ["pending", "queued", "pending", "queued"].map(|state| json!(state)));
        act(&admin, first, "hold");
        app.run_jobs();
        assert_eq!(state(&admin, second), json!("queued"), "one on hold keeps its place");
        act(&admin, first, "continue");
        act(&admin, first, "revoke");
        app.run_jobs();
        assert_eq!(states(), ["expired", "pending", "pending", "queued"].map(|state| json!(state)));
        admin.delete(&format!("/api/v2/bonuses/{second}")).expect(204);
        app.run_jobs();
        assert_eq!(state(&admin, third), json!("queued"), "the one that was credited at once is before it");
        app.verify();
    });
}

#[test]
fn a_bonus_needs_a_live_trading_account_and_right_terms() {
    on_both(|app| {
        let admin = app.admin();
        let (_, wallet) = app.wallet(&admin, "w@example.com", 840, "0");
        let trading = trading(app, &admin);
        let post = |fields: &Value| {
            let body = with(with(terms(), &json!({"accountId": trading.account, "amount": "100"})), fields);
            admin.post("/api/v2/bonuses", &body)
        };
        post(&json!({"accountId": wallet})).expect(422);
        post(&json!({"accountId": 99})).expect(422);
        post(&json!({"amount": "0.001"})).expect(422);
        let wrong = post(&json!({
            "amount": "0", "lifetime": 0, "dynamicLots": "0", "scalpingThreshold": -1, "disabledGroups": "EURUSD",
            "enableTrade": "perhaps",
        }));
        assert_eq!(
            wrong.faulty_fields(),
            ["amount", "disabledGroups", "dynamicLots", "enableTrade", "lifetime", "scalpingThreshold"]
        );
        wrong.expect(400);
        admin.post("/api/v2/bonuses", &json!({"accountId": trading.account})).expect(400);
        admin.call("POST", "/api/v2/bonuses", Some(b"{\"enableAutoCredit\": true\"}")).expect(400);
        let bonus = give(&admin, trading.account, &json!({"disabledGroups": [], "dynamicLots": 0.5}));
        let archive = format!("/api/v2/accounts/{}/archive", trading.account);
        admin.post(&archive, &json!({})).expect(409);
        admin.delete(&format!("/api/v2/bonuses/{bonus}")).expect(204);
        admin.post(&archive, &json!({})).expect(200);
        post(&json!({})).expect(422);
    });
}

#[test]
fn bonuses_are_found_by_every_filter_and_masked() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let first = give(&admin, trading.account, &json!({}));
        app.advance(1);
        give(&admin, trading.account, &json!({}));
        let found = |filter: &str| {
            let list = admin.get(&format!("/api/v2/bonuses?filter{filter}")).expect(200);
            assert_eq!(list["total"], json!(list["data"].as_array().unwrap().len()));
            list["total"].clone()
        };
        assert_eq!(found("[state]=pending"), json!(1));
        assert_eq!(found("[state]=completed"), json!(0));
        assert_eq!(found(&format!("[account]={}", trading.number.as_str().unwrap())), json!(2));
        assert_eq!(found("[account]=1"), json!(0));
        assert_eq!(found(&format!("[clientEmail]=TRADER{}@example.com", trading.platform)), json!(2));
        assert_eq!(found(&format!("[clientId]={}", trading.client)), json!(2));
        assert_eq!(found("[clientName]=ohn"), json!(2));
        assert_eq!(found("[clientName]=Jane"), json!(0));
        assert_eq!(found("[clientName]=jo"), json!(2), "also less than three letters");
        let ascending = admin.get("/api/v2/bonuses?sort_by=createTime&sort_order=asc").expect(200);
        assert_eq!(ascending["data"][0]["id"], json!(first));
        admin.get("/api/v2/bonuses?sort_by=amount").expect(400);
        let rights = ["bonuses.read", "systemLogs.read"];
        let (_, reader) = app.user_of("reader", &rights, &json!({"canViewMaskedData": false}));
        let masked = reader.get(&format!("/api/v2/bonuses/{first}")).expect(200);
        assert_ne!(masked["clientName"], json!("John Doe"));
        assert!(!masked["clientEmail"].as_str().unwrap().contains("trader"), "{masked}");
        let log = reader.get("/api/v2/logs/messages?limit=100").expect(200);
        let of_bonuses: Vec<&Value> =
            log["data"].as_array().unwrap().iter().filter(|record| record["eventName"] == "bonus_created").collect();
        assert_eq!(of_bonuses.len(), 2);
        assert!(!format!("{of_bonuses:?}").contains("trader"), "the log tells no more: {of_bonuses:?}");
        reader.post(&format!("/api/v2/bonuses/{first}/hold"), &json!({})).expect(403);
    });
}

#[test]
fn bonuses_of_unseen_clients_do_not_exist() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let seen = give(&admin, trading.account, &json!({}));
        let tag = admin.post("/api/v2/tags", &json!({"name": "VIP"})).expect(201)["id"].clone();
        admin.patch(&format!("/api/v2/clients/{}", trading.client), &json!({"tagIds": [tag]})).expect(200);
        let other = self::trading(app, &admin);
        let unseen = give(&admin, other.account, &json!({}));
        let rights = ["bonuses.create", "bonuses.delete", "bonuses.read", "bonuses.update"];
        let (_, user) = app.user_of("tagged", &rights, &json!({"clientTags": [tag]}));
        assert_eq!(user.get("/api/v2/bonuses").expect(200)["total"], json!(1));
        user.get(&format!("/api/v2/bonuses/{seen}")).expect(200);
        let path = format!("/api/v2/bonuses/{unseen}");
        for path in [path.clone(), format!("{path}/history")] {
            user.get(&path).expect(404);
        }
        user.post(&format!("{path}/revoke"), &json!({})).expect(404);
        user.put(&path, &json!({})).expect(404);
        user.delete(&path).expect(404);
        let gift = with(terms(), &json!({"accountId": other.account, "amount": "1"}));
        user.post("/api/v2/bonuses", &gift).expect(422);
    });
}

#[test]
fn one_preset_of_a_platform_is_the_default() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let presets = "/api/v2/bonuses/presets";
        let preset = |name: &str, fields: &Value| {
            let base = json!({"platformId": trading.platform, "name": name, "default": true});
            admin.post(presets, &with(with(terms(), &base), fields))
        };
        let first = preset("First", &json!({})).expect(201);
        assert_eq!(first["platform"]["type"], json!("MetaTrader5"));
        app.advance(1);
        let second = preset("Second", &json!({})).expect(201);
        let is_default =
            |preset: &Value| admin.get(&format!("{presets}/{}", preset["id"])).expect(200)["default"].clone();
        assert_eq!([is_default(&first), is_default(&second)], [json!(false), json!(true)]);
        admin.patch(&format!("{presets}/{}", first["id"]), &json!({"default": true, "platformId": 99})).expect(200);
        assert_eq!([is_default(&first), is_default(&second)], [json!(true), json!(false)]);
        let total = |filter: &str| admin.get(&format!("{presets}?filter{filter}")).expect(200)["total"].clone();
        assert_eq!(total("[default]=true"), json!(1));
        assert_eq!(total("[platform]=metatrader5"), json!(2));
        assert_eq!(total("[platform]=MetaTrader"), json!(0), "whole, whatever its case");
        assert_eq!(total("[name]=sec"), json!(1));
        preset("x", &json!({"platformId": 99})).expect(422);
        let wallets = json!({"name": "wallets", "caption": "W", "type": "personal"});
        let wallets = admin.post("/api/v2/platforms", &wallets).expect(201)["id"].clone();
        preset("x", &json!({"platformId": wallets})).expect(422);
        preset("", &json!({"lifetime": 0})).expect(400);
        admin.put(&format!("{presets}/{}", first["id"]), &json!({"dynamicLots": "0"})).expect(400);
        admin.delete(&format!("{presets}/{}", second["id"])).expect(204);
        admin.get(&format!("{presets}/{}", second["id"])).expect(404);
        admin.get(&format!("{presets}{}", first["id"])).expect(404);
    });
}

#[test]
fn a_program_is_checked_when_it_is_made_and_may_be_ended_early() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let programs = "/api/v2/bonuses/temporary";
        let program = |fields: &Value| {
            let base = json!({
                "platformId": trading.platform, "name": "Spring", "amount": "100", "currencyCode": 840,
                "platformGroups": ["real"], "expiredAt": time(app, DAY),
            });
            admin.post(programs, &with(with(terms(), &base), fields))
        };
        let made = program(&json!({})).expect(201);
        assert_eq!(made["currency"]["alphabeticCode"], json!("USD"));
        let wrong = program(&json!({"platformId": 99, "currencyCode": 7, "expiredAt": time(app, -1)}));
        assert_eq!(wrong.faulty_fields(), ["currencyCode", "expiredAt", "platformId"]);
        wrong.expect(422);
        program(&json!({"amount": "1.001"})).expect(422);
        program(&json!({"expiredAt": "tomorrow"})).expect(400);
        let path = format!("{programs}/{}", made["id"]);
        let ended = admin.put(&path, &json!({"expiredAt": time(app, -DAY), "amount": "125"})).expect(200);
        assert_eq!(ended["amount"], amount("125"));
        let total = |filter: &str| admin.get(&format!("{programs}?filter{filter}")).expect(200)["total"].clone();
        assert_eq!([total("[name]=SPR"), total("[id]=1"), total("[id]=2")], [json!(1), json!(1), json!(0)]);
        admin.delete(&format!("/api/v2/platforms/{}", trading.platform)).expect(409);
    });
}

#[test]
fn the_settings_are_changed_one_by_one() {
    on_both(|app| {
        let admin = app.admin();
        let settings = "/api/v2/bonuses/settings";
        assert_eq!(admin.get(settings).expect(200)["isEnabled"], json!(false));
        let changed = admin.patch(settings, &json!({"percent": "12.5", "limit": 300})).expect(200);
        assert_eq!([&changed["percent"], &changed["limit"]], [&amount("12.5"), &amount("300")]);
        assert_eq!(admin.put(settings, &json!({"limit": null})).expect(200)["limit"], json!(null));
        let wrong = admin.patch(settings, &json!({"percent": "1000.1", "minimum": "-1", "burnOnWithdrawal": "x"}));
        assert_eq!(wrong.faulty_fields(), ["burnOnWithdrawal", "minimum", "percent"]);
        app.user_with("nobody", &["bonuses.read"]).get(settings).expect(403);
    });
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
            statement(&admin, trading.account)["currentBalance"],
            amount("7.25"),
            "the result is posted all the same"
        );
        let bonus = give(&admin, trading.account, &json!({}));
        app.advance(DAY);
        let batch = [
            position(app, &trading, "a", "1.5", &json!({"profit": "-2"})),
            position(app, &trading, "a", "1.5", &json!({"profit": "-2"})),
            position(app, &trading, "a", "1.6", &json!({"profit": "-2"})),
            position(app, &trading, "scalp", "1", &json!({"openTime": time(app, -59)})),
            position(app, &trading, "czk", "1", &json!({"symbol": "USDCZK"})),
            position(app, &trading, "old", "1", &json!({"openTime": time(app, -2 * DAY)})),
            position(app, &trading, "x", "1", &json!({"accountNumber": "1"})),
            position(app, &trading, "y", "0", &json!({})),
            position(app, &trading, "z", "1", &json!({"openTime": time(app, 5)})),
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
        assert_eq!(statement(&admin, trading.account)["currentBalance"], amount("5.25"));
        app.verify();
    });
}

#[test]
fn only_a_key_of_the_platform_reports() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let (platform, _, _) = app.product(&admin);
        let other = key_of(app, &admin, platform);
        let path = format!("/api/v2/platforms/{}/trades", trading.platform);
        let body = json!({"trades": [position(app, &trading, "a", "1", &json!({}))]});
        app.client.post(&path, &body).expect(401);
        app.client.with_token("rubbish").post(&path, &body).expect(401);
        admin.post(&path, &body).expect(403);
        other.post(&path, &body).expect(403);
        trading.feed.get("/api/v2/bonuses").expect(401);
        trading.feed.post(&path, &json!({"trades": []})).expect(400);
        trading.feed.post(&path, &json!({})).expect(400);
        let many: Vec<Value> = (0..1001).map(|id| json!({"externalId": id.to_string()})).collect();
        trading.feed.post(&path, &json!({"trades": many})).expect(400);
        trading.feed.post(&path, &body).expect(200);
        let keys = format!("/api/v2/platforms/{}/keys", trading.platform);
        let known = admin.get(&keys).expect(200);
        assert_eq!(known["data"][0]["lastUsedAt"], json!("2026-01-01T00:00:00+00:00"));
        assert_eq!(known["data"][0].get("key"), None);
        let ends = json!({"caption": "short", "expiresAt": time(app, 60)});
        let made = admin.post(&keys, &ends).expect(201);
        let short = app.client.with_token(made["key"].as_str().unwrap());
        short.post(&path, &body).expect(200);
        app.advance(60);
        short.post(&path, &body).expect(401);
        admin.delete(&format!("{keys}/1")).expect(204);
        trading.feed.post(&path, &body).expect(401);
        admin.delete(&format!("{keys}/1")).expect(404);
        admin.get("/api/v2/platforms/99/keys").expect(404);
        admin.post(&keys, &json!({"caption": ""})).expect(400);
    });
}

#[test]
fn figures_of_a_platform_enter_the_statement_if_they_are_newer() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let path = format!("/api/v2/platforms/{}/figures", trading.platform);
        let figures = |pnl: &str, margin: &str, at: i64| json!({"accountNumber": trading.number, "pnl": pnl, "margin": margin, "time": time(app, at)});
        let send = |figures: &[Value]| {
            let answer = trading.feed.post(&path, &json!({"figures": figures})).expect(200);
            let results = answer["results"].as_array().unwrap().iter().map(|result| result["status"].clone());
            results.collect::<Vec<_>>()
        };
        admin.patch(&format!("/api/v2/accounts/{}/balance", trading.account), &json!({"amount": "100"})).expect(200);
        assert_eq!(send(&[figures("-30", "20", 10), figures("5", "5", 9)]), ["accepted", "older"]);
        let now = statement(&admin, trading.account);
        assert_eq!([&now["equity"], &now["freeMargin"]], [&amount("70"), &amount("50")]);
        assert_eq!([&now["availableBalance"], &now["marginLevel"]], [&amount("50"), &amount("3.5")]);
        let unknown = json!({"accountNumber": "1", "pnl": "0", "margin": "0", "time": time(app, 11)});
        let faulty = json!({"accountNumber": trading.number, "pnl": "x", "margin": "0", "time": time(app, 11)});
        assert_eq!(send(&[unknown, faulty, figures("0", "-1", 12)]), ["unknownAccount", "invalid", "invalid"]);
        assert_eq!(send(&[figures("0", "0", 11)]), ["accepted"]);
        assert_eq!(statement(&admin, trading.account)["equity"], amount("100"));
        app.verify();
    });
}

/// A hundred thousand that run and none that is due: the engine's look costs next to nothing.
#[test]
fn a_pass_of_the_engine_with_nothing_due_is_short() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        give(&admin, trading.account, &json!({}));
        app.run_sql(
            "INSERT INTO bonuses (client_id, account_id, state, amount, lifetime, dynamic_lots, enable_auto_credit, \
             scalping_threshold, enable_trade, disabled_groups, volume, required_volume, credited, activate_time, \
             expire_time, pauses, round, due_at, is_removed, create_time, update_time) \
             WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < 100000) \
             SELECT client_id, account_id, state, amount, lifetime, dynamic_lots, enable_auto_credit, \
             scalping_threshold, enable_trade, disabled_groups, volume, required_volume, credited, activate_time, \
             expire_time, pauses, round, due_at, is_removed, create_time, update_time FROM bonuses, numbers",
        );
        let passes = (0..5).map(|_| {
            let begun = std::time::Instant::now();
            app.run_jobs();
            begun.elapsed()
        });
        let shortest = passes.min().unwrap();
        assert!(shortest < std::time::Duration::from_millis(50), "{shortest:?}");
        eprintln!("a pass over 100,001 bonuses with nothing due: {shortest:?}");
    });
}
