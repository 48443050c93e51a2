//! Refusals that no rule of a context foresees: by the database alone, and by what is stored wrongly.

use serde_json::json;

use crate::harness::{Client, TestApp, on_both};

/// The notes of a product, by their path.
fn notes(app: &TestApp, admin: &Client) -> String {
    let (_, _, product) = app.product(admin);
    format!("/api/v2/products/{product}/preferences")
}

#[test]
fn what_only_a_unique_index_refuses_is_a_conflict() {
    on_both(|app| {
        let admin = app.admin();
        let notes = notes(app, &admin);
        app.run_sql("CREATE UNIQUE INDEX one_title ON product_notes (title_key)");
        let note = json!({"title": "Title", "value": "Text"});
        admin.post(&notes, &note).expect(201);
        admin.post(&notes, &note).refused(409, "valueTaken");
        assert_eq!(admin.total(&notes), 1);
    });
}

#[test]
fn what_only_a_foreign_key_refuses_is_a_conflict() {
    on_both(|app| {
        let admin = app.admin();
        let notes = notes(app, &admin);
        let note = admin.create(&notes, &json!({"title": "Title", "value": "Text"}));
        app.run_sql("CREATE TABLE quotes (note_id BIGINT NOT NULL REFERENCES product_notes (id))");
        app.run_sql("INSERT INTO quotes SELECT id FROM product_notes");
        admin.delete(&format!("{notes}/{note}")).refused(409, "stillReferenced");
        assert_eq!(admin.total(&notes), 1);
    });
}

#[test]
fn a_fault_of_the_server_tells_nothing_but_the_id_that_is_in_the_log() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("ann@example.com", &json!({}));
        let phone = admin.create("/api/v2/phones", &json!({"clientId": client, "number": "+12025550124"}));
        app.run_sql("UPDATE phones SET number = 'nonsense'");
        let answer = admin.with("X-Request-Id", "mine-1").get(&format!("/api/v2/phones/{phone}"));
        let told = answer.refused(500, "internal");
        assert_eq!(told["error"]["message"], json!("An internal error occurred. Its id in the log is mine-1."));
        assert_eq!(told["error"]["details"], json!([]));
    });
}
