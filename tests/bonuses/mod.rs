//! Bonuses, and what platforms report of trading.

mod awards;
mod bodies;
mod feed;
mod lives;
mod obstacles;
mod platforms;
mod volume;

use serde_json::{Value, json};

use crate::harness::{Client, Setup, TestApp, on_both_with, with};

const DAY: i64 = 86_400;

/// Lives of bonuses are longer than those of tokens.
fn on_both(test: impl Fn(&TestApp)) {
    on_both_with(&Setup { has_lasting_tokens: true, ..Setup::default() }, test);
}

/// A client with a trading account, and the platform's own key.
pub struct Trading {
    pub client: i64,
    pub product: i64,
    pub account: i64,
    pub number: Value,
    pub platform: i64,
    pub feed: Client,
}

pub fn trading(app: &TestApp, admin: &Client) -> Trading {
    let product = app.open_product(admin, "trade", &[840]);
    let platform = admin.platform_of(product);
    let client = admin.new_client(&format!("trader{platform}@example.com"), &json!({}));
    let account = admin.new_account(client, product, 840);
    let number = admin.account_number(account);
    Trading { client, product, account, number, platform, feed: app.reporter(admin, platform) }
}

pub fn terms() -> Value {
    json!({
        "lifetime": 30, "dynamicLots": "2", "enableAutoCredit": false, "scalpingThreshold": 60, "enableTrade": false,
        "disabledGroups": ["USDCZK"],
    })
}

/// A program of 50 that ends in a day.
fn program_terms(app: &TestApp, trading: &Trading) -> Value {
    let fields = json!({
        "platformId": trading.platform, "name": "Spring", "amount": "50", "currencyCode": 840,
        "platformGroups": ["real"], "expiredAt": app.time(DAY),
    });
    with(terms(), &fields)
}

/// Gives a bonus of 100, which asks for 50 lots.
#[track_caller]
pub fn give(admin: &Client, account: i64, fields: &Value) -> i64 {
    let body = with(with(terms(), &json!({"accountId": account, "amount": "100"})), fields);
    admin.create("/api/v2/bonuses", &body)
}

#[track_caller]
pub fn state(admin: &Client, bonus: i64) -> Value {
    admin.get(&format!("/api/v2/bonuses/{bonus}")).expect(200)["state"].clone()
}

/// A position of so many lots that was opened an hour ago and closed now.
fn position(app: &TestApp, trading: &Trading, id: &str, lots: &str, fields: &Value) -> Value {
    let position = json!({
        "externalId": id, "accountNumber": trading.number, "symbol": "EURUSD", "lots": lots,
        "openTime": app.time(-3600), "closeTime": app.time(0),
    });
    with(position, fields)
}

#[track_caller]
fn report(trading: &Trading, trades: &[Value]) -> Value {
    trading.feed.post(&format!("/api/v2/platforms/{}/trades", trading.platform), &json!({"trades": trades})).expect(200)
}

#[track_caller]
pub fn act(admin: &Client, bonus: i64, action: &str) {
    admin.post(&format!("/api/v2/bonuses/{bonus}/{action}"), &json!({})).expect(204);
}

fn events(admin: &Client, bonus: i64) -> Vec<String> {
    // What was rolled back leaves gaps in PostgreSQL's ids, so the answer is not compared.
    let history = admin.unrecorded().get(&format!("/api/v2/bonuses/{bonus}/history?limit=100")).expect(200);
    let mut steps: Vec<Value> = history["data"].as_array().unwrap().clone();
    steps.sort_by_key(|step| step["id"].as_i64());
    steps.iter().map(|step| step["event"].as_str().unwrap().to_owned()).collect()
}
