//! Currencies, their aliases and pairs, and where rates come from.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;
use storage::ledger::rate_providers;
use storage::{Direction, Paging};

use crate::harness::on_both;

#[test]
fn a_currency_is_added_changed_and_kept_while_it_is_named() {
    on_both(|app| {
        let admin = app.admin();
        let body = json!({"alphabeticCode": "aaa", "numericCode": 8980, "name": "Aaa", "minorUnit": 2});
        let made = admin.post("/api/v2/currencies", &body);
        assert_eq!(made.header("Location"), Some("/api/v2/currencies/8980"));
        let made = made.expect(201);
        assert_eq!(
            (&made["alphabeticCode"], &made["enabled"], &made["markupBuy"]),
            (&json!("AAA"), &json!(true), &json!(0))
        );
        admin.post("/api/v2/currencies", &body).refused(409, "taken");
        let refused = admin.post(
            "/api/v2/currencies",
            &json!({
                "alphabeticCode": "a-", "numericCode": 0, "minorUnit": 19, "markupSell": 100, "blockExplorer": "x",
            }),
        );
        assert_eq!(
            refused.faulty_fields(),
            ["alphabeticCode", "blockExplorer", "markupSell", "minorUnit", "name", "numericCode"]
        );
        let path = "/api/v2/currencies/8980";
        let change = json!({"markupBuy": "50.55", "alphabeticCode": "AAA", "blockExplorer": "https://x.org/{address}"});
        assert_eq!(admin.patch(path, &change).expect(200)["markupBuy"].to_string(), "50.55");
        admin.patch(path, &json!({"numericCode": 8981})).refused(400, "fixed");
        let (_, account) = app.wallet(&admin, "a@example.com", 8980, "5");
        admin.delete(path).refused(409, "inUse");
        admin.patch(path, &json!({"minorUnit": 1})).refused(409, "currencyPlacesInUse");
        admin.patch(path, &json!({"minorUnit": 3})).expect(200);
        admin.change_balance(account, "-5");
        admin.patch(path, &json!({"minorUnit": 0})).expect(200);
        let spare = json!({"alphabeticCode": "BBB", "numericCode": 8981, "name": "B", "minorUnit": 0});
        admin.post("/api/v2/currencies", &spare).expect(201);
        admin.delete("/api/v2/currencies/8981").expect(204);
    });
}

#[test]
fn an_alias_finds_its_currency() {
    on_both(|app| {
        let admin = app.admin();
        let aliases = "/api/v2/currencies/840/aliases";
        let made = admin.post(aliases, &json!({"alphabeticCode": "usxf"})).expect(201);
        assert_eq!(
            made,
            json!({
                "id": 1, "alphabeticCode": "USXF", "name": "US Dollar", "numericCode": 840,
                "createTime": "2026-01-01T00:00:00+00:00",
            })
        );
        admin.post(aliases, &json!({"alphabeticCode": "EUR"})).refused(409, "taken");
        admin.post("/api/v2/currencies/978/aliases", &json!({"alphabeticCode": "USXF"})).refused(409, "taken");
        admin
            .post(
                "/api/v2/currencies",
                &json!({"alphabeticCode": "USXF", "numericCode": 9000, "name": "x", "minorUnit": 2}),
            )
            .refused(409, "taken");
        admin.get("/api/v2/currencies/978/aliases/1").expect(404);
        app.rate(&admin, 978, 840, "1.25");
        assert_eq!(admin.get("/api/v2/rates/eur/usxf").expect(200), json!({"value": "1.25", "scale": 2}));
        assert_eq!(
            admin.patch(&format!("{aliases}/1"), &json!({"name": "Dollar"})).expect(200)["alphabeticCode"],
            json!("USXF")
        );
        assert_eq!(admin.total(aliases), 1);
        admin.delete(&format!("{aliases}/1")).expect(204);
        admin.get("/api/v2/rates/eur/usxf").expect(404);
    });
}

#[test]
fn a_rate_is_direct_turned_over_or_crossed() {
    on_both(|app| {
        let admin = app.admin();
        let rate = |pair: &str| admin.get(&format!("/api/v2/rates/{pair}"));
        assert_eq!(rate("usd/USD").expect(200), json!({"value": "1", "scale": 0}));
        rate("eur/usd").expect(404);
        rate("eur/nosuch").expect(404);
        let euro = app.rate(&admin, 978, 840, "1.25");
        app.rate(&admin, 1000, 840, "50000");
        assert_eq!(rate("eur/usd").expect(200)["value"], json!("1.25"));
        assert_eq!(rate("usd/eur").expect(200)["value"], json!("0.8"));
        assert_eq!(rate("btc/eur").expect(200)["value"], json!("40000"));
        admin.patch(&format!("/api/v2/rates/providers/{euro}"), &json!({"isEnabled": false})).expect(200);
        rate("btc/eur").expect(404);
    });
}

#[test]
fn providers_are_asked_in_order_and_a_pair_has_an_order_of_its_own() {
    on_both(|app| {
        let admin = app.admin();
        let first = app.rate(&admin, 978, 840, "1.1");
        let second = app.rate(&admin, 978, 840, "1.2");
        let value = || admin.get("/api/v2/rates/eur/usd").expect(200)["value"].clone();
        assert_eq!(value(), json!("1.1"));
        let path = |id: i64| format!("/api/v2/rates/providers/{id}");
        assert_eq!(admin.patch(&path(second), &json!({"priority": 1})).expect(200)["priority"], json!(1));
        assert_eq!(admin.get(&path(first)).expect(200)["priority"], json!(2), "a taken place moves the others");
        assert_eq!(value(), json!("1.2"));
        let name = admin.get(&path(first)).expect(200)["name"].clone();
        let pair = json!({"fromCurrency": 978, "toCurrency": 840, "ratesCustomPriority": [{"name": name}]});
        let pair = admin.post("/api/v2/currencies/pairs", &pair).expect(201);
        assert_eq!(pair["ratesCustomPriority"], json!([{"name": name}]));
        assert_eq!(value(), json!("1.1"));
        admin.delete(&path(first)).refused(409, "inUse");
        admin.patch(&path(first), &json!({"name": "renamed"})).expect(200);
        let one = format!("/api/v2/currencies/pairs/{}", pair["id"]);
        assert_eq!(admin.get(&one).expect(200)["ratesCustomPriority"], json!([{"name": "renamed"}]));
        admin.patch(&one, &json!({"ratesCustomPriority": ["nosuch"]})).refused(422, "unknown");
        admin.patch(&one, &json!({"ratesCustomPriority": []})).expect(200);
        admin.delete(&path(first)).expect(204);
        admin.patch(&path(second), &json!({"provider": "Xe"})).refused(400, "fixed");
        admin.patch(&path(second), &json!({"options": {"rate": "-1"}})).refused(400, "notPositive");
        assert_eq!(admin.get(&format!("{}/status", path(second))).expect(200)["isConnected"], json!(true));
    });
}

#[test]
fn pairs_are_one_way_and_unique() {
    on_both(|app| {
        let admin = app.admin();
        let pairs = "/api/v2/currencies/pairs";
        let pair = |from: i64, to: i64| {
            admin.post(pairs, &json!({"fromCurrency": from, "toCurrency": to, "maxAmount": "10.5", "step": 0}))
        };
        let made = pair(840, 978).expect(201);
        assert_eq!((made["maxAmount"].to_string(), &made["isEnabled"]), ("10.5".to_owned(), &json!(false)));
        pair(978, 840).expect(201);
        pair(840, 978).refused(409, "taken");
        pair(840, 840).refused(400, "sameCurrencyPair");
        assert_eq!(pair(7, 9).faulty_fields(), ["fromCurrency", "toCurrency"]);
        let total = |query: &str| admin.total(&format!("{pairs}?{query}"));
        assert_eq!(total("filter[fromCurrency]=840"), json!(1));
        assert_eq!(total("filter[maxAmountFrom]=10.5&filter[maxAmountTo]=11"), json!(2));
        assert_eq!(total("filter[maxAmountFrom]=10.6"), json!(0));
        assert_eq!(total("filter[stepTo]=0"), json!(2));
        admin.patch(&format!("{pairs}/1"), &json!({"maxAmount": -1})).refused(400, "negative");
        admin.patch(&format!("{pairs}/1"), &json!({"toCurrency": 392})).refused(400, "fixed");
        assert_eq!(
            admin.patch(&format!("{pairs}/1"), &json!({"maxAmount": null})).expect(200)["maxAmount"],
            json!(null)
        );
    });
}

/// A rate provider on this machine that counts how often it is asked.
fn provider(asked: &Arc<AtomicUsize>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let asked = Arc::clone(asked);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            asked.fetch_add(1, Ordering::SeqCst);
            let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
            let request = lines.next().unwrap_or_default();
            let has_key = lines.by_ref().take_while(|line| !line.is_empty()).any(|line| line.ends_with("Bearer k3y"));
            let rate = if has_key && request.contains("/EUR/USD") { "1.123456789012345678" } else { "0" };
            let body = format!("{{\"data\": {{\"rate\": {rate}}}}}");
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            let _ = (&stream).write_all(format!("{head}{body}").as_bytes());
        }
    });
    format!("http://{address}/{{base}}/{{quote}}")
}

#[test]
fn an_outside_provider_is_asked_over_http_once_a_minute() {
    on_both(|app| {
        let admin = app.admin();
        let asked = Arc::new(AtomicUsize::new(0));
        let options = json!({"address": provider(&asked), "key": "k3y", "pointer": "/data/rate"});
        let body = json!({"name": "Outside", "provider": "Fixer", "fromCurrencies": [978], "toCurrencies": [840]});
        let made = admin.post("/api/v2/rates/providers", &body).expect(201);
        let status = format!("/api/v2/rates/providers/{}/status", made["id"]);
        assert_eq!(admin.get(&status).expect(200)["isConnected"], json!(false));
        admin.get("/api/v2/rates/eur/usd").expect(404);
        // The address differs from run to run, so the answer is not compared.
        let path = format!("/api/v2/rates/providers/{}", made["id"]);
        let changed = admin.unrecorded().patch(&path, &json!({"options": options})).expect(200);
        assert_eq!(changed["options"]["key"], json!("***"));
        let stored = app.database.read(|conn| {
            let all = Paging {
                sort: rate_providers::Sort::Priority,
                direction: Direction::Ascending,
                limit: 10,
                offset: 0,
                counts: false,
            };
            rate_providers::list(conn, &all)
        });
        let stored = format!("{:?}", stored.unwrap().data);
        assert!(stored.contains("sealed:") && !stored.contains("k3y"), "{stored}");
        let (_, account) = app.wallet(&admin, "a@example.com", 978, "0");
        admin.deposit(account, "10").expect(201);
        assert_eq!(asked.load(Ordering::SeqCst), 1);
        assert_eq!(admin.get("/api/v2/rates/eur/usd").expect(200)["value"], json!("1.123456789012345678"));
        assert_eq!(admin.get(&status).expect(200)["isConnected"], json!(true));
        assert_eq!(asked.load(Ordering::SeqCst), 1, "within a minute nobody is asked again");
        app.advance(61);
        assert_eq!(admin.get("/api/v2/rates/eur/usd").expect(200)["scale"], json!(18));
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    });
}
