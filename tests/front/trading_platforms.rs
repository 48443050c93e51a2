//! What only trading platforms know: tokens for them, orders, positions and deals.

use serde_json::{Value, json};

use crate::harness::{Bodies, Client, Gateway, TestApp, amount, on_both};

/// A client with an account on `MetaTrader` 5, which is asked at the gateway; the account and its number.
fn trader(app: &TestApp, admin: &Client, gateway: &Gateway) -> (Client, i64, Value) {
    let client = admin.new_client("ann@example.com", &json!({}));
    let product = app.open_product(admin, "trade", &[840]);
    admin.connect(admin.platform_of(product), gateway);
    let account = admin.new_account(client, product, 840);
    (app.as_client(client), account, admin.account_number(account))
}

fn asked(gateway: &Gateway) -> (String, Value) {
    let call = gateway.calls().last().expect("a call").clone();
    let path = call.path.strip_prefix("/orders").expect("the gateway's address").to_owned();
    (path, serde_json::from_str(&call.body).expect("JSON"))
}

fn order(number: &Value, id: i64, side: &str, time: &str) -> Value {
    json!({
        "id": id, "account": number, "symbol": "EURUSD", "side": side, "volume": "0.5", "price": "1.1",
        "stopLoss": "1.05", "takeProfit": null, "createTime": time,
    })
}

fn position(number: &Value) -> Value {
    json!({
        "id": 3, "account": number, "symbol": "XAUUSD", "side": "sell", "volume": "1", "openPrice": "2400.5",
        "currentPrice": "2399", "stopLoss": null, "takeProfit": null, "swap": "-0.3", "profit": "150",
        "openTime": "2026-01-01T08:00:00Z",
    })
}

fn deal(number: &Value) -> Value {
    json!({
        "id": 4, "account": number, "symbol": "XAUUSD", "side": "buy", "volume": "1", "price": "2399",
        "commission": "-7", "swap": "0", "profit": "150", "time": "2026-01-01T09:00:00Z",
    })
}

#[test]
fn pending_orders_are_those_that_the_platform_tells() {
    on_both(|app| {
        let (admin, gateway) = (app.admin(), Gateway::start());
        let (ann, account, number) = trader(app, &admin, &gateway);
        let order = |id: i64, side: &str, time: &str| order(&number, id, side, time);
        let (early, late) = ("2026-01-01T08:00:00Z", "2026-01-01T09:00:00Z");
        let data = [order(7, "sellStop", early), order(9, "buyLimit", late)];
        gateway.answer_with(200, &json!({"total": 2, "data": data}));
        let orders = ann.get("/api/v2/my/orders?filter[type]=mt5").expect(200);
        let newest = json!({
            "id": 9, "accountId": account, "symbol": "EURUSD", "side": 2, "volume": amount("0.5"),
            "price": amount("1.1"), "stopLoss": amount("1.05"), "takeProfit": null,
            "createTime": "2026-01-01T09:00:00+00:00",
        });
        assert_eq!((&orders["total"], &orders["data"][0]), (&json!(2), &newest));
        assert_eq!((&orders["data"][1]["id"], &orders["data"][1]["side"]), (&json!(7), &json!(5)));
        let (path, question) = asked(&gateway);
        assert_eq!(path, "/orders");
        let expected = json!({
            "accounts": [number], "side": null, "from": null, "to": null, "sortOrder": "desc", "limit": 10,
        });
        assert_eq!(question, expected);
        let narrowed = "/api/v2/my/orders?filter[type]=mt5&filter[side]=3&filter[from]=2026-01-01T00:00:00Z&limit=1&offset=1&sort_order=asc";
        let narrowed = ann.get(narrowed).expect(200);
        assert_eq!(narrowed["data"].as_array().unwrap().len(), 1);
        assert_eq!(narrowed["data"][0]["id"], json!(9));
        let (_, question) = asked(&gateway);
        assert_eq!((&question["side"], &question["sortOrder"]), (&json!("sellLimit"), &json!("asc")));
        assert_eq!((&question["limit"], &question["from"]), (&json!(2), &json!("2026-01-01T00:00:00+00:00")));
    });
}

#[test]
fn positions_and_deals_are_told_with_their_money() {
    on_both(|app| {
        let (admin, gateway) = (app.admin(), Gateway::start());
        let (ann, account, number) = trader(app, &admin, &gateway);
        gateway.answer_with(200, &json!({"total": 1, "data": [position(&number)]}));
        let positions = ann.get("/api/v2/my/positions?filter[type]=mt5&filter[side]=1").expect(200);
        let position = &positions["data"][0];
        assert_eq!((&position["accountId"], &position["side"]), (&json!(account), &json!(1)));
        assert_eq!((&position["swap"], &position["profit"]), (&amount("-0.3"), &amount("150")));
        assert_eq!(asked(&gateway).1["side"], json!("sell"));
        gateway.answer_with(200, &json!({"total": 31, "data": [deal(&number)]}));
        let deals = ann.get("/api/v2/my/deals?filter[type]=mt5").expect(200);
        assert_eq!((&deals["total"], &deals["data"][0]["side"]), (&json!(31), &json!(0)));
        assert_eq!(deals["data"][0]["commission"], amount("-7"));
        assert_eq!(asked(&gateway).0, "/deals");
    });
}

#[test]
fn a_client_is_told_of_nobody_elses_account() {
    on_both(|app| {
        let (admin, gateway) = (app.admin(), Gateway::start());
        let (ann, account, _) = trader(app, &admin, &gateway);
        let list = |filters: &str| ann.get(&format!("/api/v2/my/deals?filter[type]=mt5{filters}"));
        let of_bob = admin.new_client("bob@example.com", &json!({}));
        let of_bob = app.open_account(&admin, of_bob, "trade", 840);
        gateway.answer_with(200, &json!({"total": 1, "data": [deal(&admin.account_number(of_bob))]}));
        list("").refused(503, "unavailable");
        let calls = gateway.calls().len();
        assert_eq!(list(&format!("&filter[accounts]={of_bob}")).expect(200)["data"], json!([]));
        assert_eq!(gateway.calls().len(), calls, "nobody was asked");
        gateway.answer_with(200, &json!({"total": 0, "data": []}));
        list(&format!("&filter[accounts]={account},{of_bob}")).expect(200);
        assert_eq!(asked(&gateway).1["accounts"], json!([admin.account_number(account)]));
    });
}

#[test]
fn without_a_platform_that_answers_nothing_is_made_up() {
    on_both(|app| {
        let (admin, gateway) = (app.admin(), Gateway::start());
        let (ann, ..) = trader(app, &admin, &gateway);
        ann.get("/api/v2/my/orders").expect_faults(400, &[("filter[type]", "required")]);
        ann.get("/api/v2/my/orders?filter[type]=mt5&filter[from]=x")
            .expect_faults(400, &[("filter[from]", "notDateTime")]);
        assert_eq!(ann.get("/api/v2/my/orders?filter[type]=mt4").expect(200)["total"], json!(0));
        assert_eq!(ann.get("/api/v2/my/orders?filter[type]=mt6").expect(200)["total"], json!(0));
        assert!(gateway.calls().is_empty());
        gateway.answer(500);
        ann.get("/api/v2/my/orders?filter[type]=mt5").refused(503, "unavailable");
        gateway.answer_with(200, &json!("rubbish"));
        ann.get("/api/v2/my/orders?filter[type]=mt5").refused(503, "unavailable");
        let nobody = app.as_client(admin.new_client("bob@example.com", &json!({})));
        assert_eq!(nobody.get("/api/v2/my/orders?filter[type]=mt5").expect(200)["total"], json!(0));
    });
}

#[test]
fn a_platform_gives_tokens_and_renews_them() {
    on_both(|app| {
        let (admin, gateway) = (app.admin(), Gateway::start());
        let client = admin.new_client("ann@example.com", &json!({}));
        let ann = app.as_client(client).unrecorded();
        let trader = json!({"name": "b2", "caption": "B2Trader", "type": "B2Trader", "isDemo": false});
        let platform = admin.create("/api/v2/platforms", &trader);
        let auth = format!("/api/v2/my/platforms/{platform}/auth");
        ann.post(&auth, &json!({})).refused(503, "unavailable");
        admin.connect(platform, &gateway);
        let given = json!({"token": "t0k", "refreshToken": "r3f", "ttl": 3600, "host": "https://trade.example.com"});
        gateway.answer_with(200, &given);
        let sent = ann.with("Geo-Country-Code", "+995").with("Geo-Country-Name", "Georgia");
        let tokens = sent.post(&auth, &json!({})).expect(200);
        let expected = json!({
            "token": "t0k", "refreshToken": "r3f", "ttl": "3600", "host": "https://trade.example.com",
            "header": "Authorization",
        });
        assert_eq!(tokens, expected);
        let owner = json!({"client": client, "countryCode": "+995", "countryName": "Georgia"});
        assert_eq!(asked(&gateway), ("/tokens".to_owned(), owner));
        let refresh = format!("/api/v2/my/platforms/{platform}/refresh");
        ann.post(&refresh, &json!({})).expect_faults(400, &[("refreshToken", "required")]);
        ann.post(&refresh, &json!({"refreshToken": "r3f"})).expect(200);
        let question = json!({"client": client, "refreshToken": "r3f"});
        assert_eq!(asked(&gateway), ("/tokens/refresh".to_owned(), question));
        gateway.answer(401);
        ann.post(&auth, &json!({})).refused(503, "unavailable");
        gateway.answer(400);
        ann.post(&refresh, &json!({"refreshToken": "old"})).refused(422, "refusedByPlatform");
        let other = app.open_product(&admin, "trade", &[840]);
        let other = format!("/api/v2/my/platforms/{}/auth", admin.platform_of(other));
        ann.post(&other, &json!({})).refused(422, "noPlatformTokens");
        ann.post("/api/v2/my/platforms/9999/auth", &json!({})).refused(404, "notFound");
        let off = json!({"isEnabled": false});
        admin.unrecorded().patch(&format!("/api/v2/platforms/{platform}"), &off).expect(200);
        ann.post(&auth, &json!({})).refused(404, "notFound");
    });
}

#[test]
fn bodies_of_trading_platforms_are_as_they_were_reviewed() {
    on_both(|app| {
        let (admin, gateway) = (app.admin().unrecorded(), Gateway::start());
        let (ann, _, number) = trader(app, &admin, &gateway);
        let mut bodies = Bodies::of(&ann);
        let mut first_of = |list: &str, record: Value| {
            gateway.answer_with(200, &json!({"total": 1, "data": [record]}));
            bodies.first_of(&format!("/api/v2/my/{list}?filter[type]=mt5"));
        };
        first_of("orders", order(&number, 9, "buyLimit", "2026-01-01T09:00:00Z"));
        first_of("positions", position(&number));
        first_of("deals", deal(&number));
        let b2 = json!({"name": "b2", "caption": "B2Trader", "type": "B2Trader", "isDemo": false});
        let b2 = admin.create("/api/v2/platforms", &b2);
        admin.connect(b2, &gateway);
        let given = json!({"token": "t0k", "refreshToken": "r3f", "ttl": 3600, "host": "https://trade.example.com"});
        gateway.answer_with(200, &given);
        bodies.ask(&format!("/api/v2/my/platforms/{b2}/auth"), &json!({}), 200);
        bodies.ask(&format!("/api/v2/my/platforms/{b2}/refresh"), &json!({"refreshToken": "r3f"}), 200);
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies_trading_platforms", bodies.into_text());
        });
    });
}
