//! The widgets of the clients' dashboard, and tickers.

use serde_json::json;

use crate::harness::on_both;

const SYMBOLS: &str = "/api/v2/widgets/tickers/1/symbols";

#[test]
fn the_widget_of_quotes_has_its_ticker() {
    on_both(|app| {
        let admin = app.admin();
        let widgets = admin.get("/api/v2/widgets").expect(200);
        assert_eq!(widgets["data"][0]["name"], json!("TickerWidget"));
        assert_eq!(widgets["data"][0]["entity"], admin.get("/api/v2/widgets/tickers/1").expect(200));
        assert_eq!(widgets["data"][1]["entity"], json!(null));
        admin.get("/api/v2/widgets/tickers/9").expect(404);
        admin.get("/api/v2/widgets/99").expect(404);
    });
}

#[test]
fn a_widget_has_a_size_and_a_place_on_the_board() {
    on_both(|app| {
        let admin = app.admin();
        let path = "/api/v2/widgets/2";
        let wrong = json!({"width": 0, "height": "0", "positionX": -1, "positionY": -1, "delete": "x", "caption": ""});
        let faults = [
            ("caption", "empty"),
            ("delete", "notBoolean"),
            ("height", "outOfRange"),
            ("positionX", "outOfRange"),
            ("positionY", "outOfRange"),
            ("width", "outOfRange"),
        ];
        admin.patch(path, &wrong).expect_faults(400, &faults);
        let change = json!({"width": 1, "positionX": 0, "delete": 1, "showByDefault": false, "sort": -1, "name": "x"});
        let changed = admin.put(path, &change).expect(200);
        assert_eq!(changed["name"], json!("AccountsWidget"), "its name stays");
        assert_eq!([&changed["delete"], &changed["showByDefault"]], [&json!(true), &json!(false)]);
        assert_eq!(admin.get(path).expect(200), changed);
    });
}

#[test]
fn a_ticker_has_each_symbol_once() {
    on_both(|app| {
        let admin = app.admin();
        let made = admin.post(SYMBOLS, &json!({"symbol": "us30.cash"})).expect(201);
        assert_eq!([&made["symbol"], &made["show"]], [&json!("US30.CASH"), &json!(true)]);
        admin.post(SYMBOLS, &json!({"symbol": "US30.cash"})).expect_faults(409, &[("symbol", "taken")]);
        for wrong in ["", "EUR USD", "€", "A23456789012345678901234567890123"] {
            admin.post(SYMBOLS, &json!({"symbol": wrong})).expect_faults(400, &[("symbol", "notSymbol")]);
        }
        admin.post("/api/v2/widgets/tickers/9/symbols", &json!({"symbol": "EURUSD"})).expect(404);
        admin.get("/api/v2/widgets/tickers/9/symbols").expect(404);
        app.run_sql("INSERT INTO tickers (id, platform, source) VALUES (2, 'mt4', 'wss://other.example.com')");
        let id = &made["id"];
        for path in [format!("/api/v2/widgets/tickers/2/symbols/{id}"), format!("{SYMBOLS}/999")] {
            admin.get(&path).expect(404);
            admin.delete(&path).expect(404);
        }
        assert_eq!(admin.total(SYMBOLS), 9);
        assert_eq!(admin.get(&format!("{SYMBOLS}?sort_order=desc&limit=1")).expect(200)["data"][0], made);
        admin.delete(&format!("{SYMBOLS}/{id}")).expect(204);
        assert_eq!(admin.total(SYMBOLS), 8);
    });
}

#[test]
fn a_ticker_is_full_at_some_point() {
    on_both(|app| {
        let admin = app.admin();
        app.run_sql(
            "INSERT INTO ticker_symbols (ticker_id, symbol, show) \
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 491) \
             SELECT 1, 'X' || i, FALSE FROM n",
        );
        let symbol = |name: &str| admin.unrecorded().post(SYMBOLS, &json!({"symbol": name}));
        symbol("LAST").expect(201);
        symbol("ONE-MORE").refused(409, "tooManySymbols");
    });
}
