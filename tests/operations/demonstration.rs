//! Demonstration data is like what calls make.

use serde_json::json;

use crate::harness::on_both;

/// As the migration before left it, and as an earlier form of that one did.
#[test]
fn the_index_of_listed_clients_is_made_whatever_was_there() {
    let other = "DROP INDEX clients_create_time; CREATE INDEX clients_create_time ON clients (create_time, id, status); \
        CREATE INDEX clients_listed ON clients (create_time, id) WHERE status <> 'deleted'";
    for left in ["", other] {
        on_both(|app| app.migrate_from_before("2026-11-28-000020_listed_clients", left.to_owned()));
    }
}

#[test]
fn a_population_has_books_that_hold() {
    on_both(|app| {
        assert!(app.database.write_patiently(|tx| demo::load(tx, &|_| ())).unwrap());
        assert!(!app.database.write_patiently(|tx| demo::load(tx, &|_| ())).unwrap(), "it is there already");
        let transactions = app.database.write_patiently(|tx| demo::populate(tx, 30, 10)).unwrap();
        app.database.write_patiently(demo::act).unwrap();
        app.verify();
        let admin = app.admin();
        assert_eq!(admin.get("/api/v2/clients").expect(200)["total"], json!(30));
        assert_eq!(admin.get("/api/v2/accounts?limit=1").expect(200)["total"], json!(63));
        assert_eq!(
            admin.get("/api/v2/transactions?limit=1").expect(200)["total"],
            json!(transactions + 1),
            "a demo account begins with play money"
        );
        let bonuses = admin.get("/api/v2/bonuses?sort_order=asc").expect(200);
        let states: Vec<&str> =
            bonuses["data"].as_array().unwrap().iter().filter_map(|bonus| bonus["state"].as_str()).collect();
        assert_eq!(states, ["expired", "expired", "hold", "pending", "pending"]);
        let name = admin.get("/api/v2/clients/1").expect(200)["lastName"].clone();
        let found = admin.get(&format!("/api/v2/clients?filter[name]={}", name.as_str().unwrap())).expect(200);
        assert!(found["total"].as_i64().unwrap() > 0, "{found}");
        // What was loaded can go on: the next client gets an id of its own.
        assert_eq!(admin.new_client("next@example.com", &json!({})), 31);
    });
}
