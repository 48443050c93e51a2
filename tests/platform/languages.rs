//! Texts in the caller's language.

use serde_json::{Value, json};

use crate::harness::{Client, on_both};

const GROUPS: &str = "/api/v2/products/groups";

/// A product group with captions in languages, by its path.
fn group(admin: &Client) -> String {
    let caption = |locale: &str, value: &str| json!({"key": "caption", "locale": locale, "value": value});
    let group = json!({
        "caption": "Shares", "description": "Shares of companies", "status": "enabled",
        "resources": [caption("pt_BR", "Papéis"), caption("pt_PT", "Ações"), caption("ja_JP", "")],
    });
    format!("{GROUPS}/{}", admin.post(GROUPS, &group).expect(201)["id"])
}

#[test]
fn a_text_is_told_in_the_callers_language_and_country() {
    on_both(|app| {
        let admin = app.admin();
        let path = group(&admin);
        for (language, caption, told) in [
            ("pt-PT", "Ações", Some("pt-PT")),
            ("pt-BR, ja", "Papéis", Some("pt-BR")),
            ("pt-AO", "Papéis", Some("pt-BR")),
            ("ja", "Shares", None),
            ("ja, pt-PT;q=0.5", "Ações", Some("pt-PT")),
            ("fr", "Shares", None),
        ] {
            // Twice: an answer may come from a cache.
            for _ in 0..2 {
                let answer = admin.with("Accept-Language", language).get(&path);
                assert_eq!(answer.header("Content-Language"), told, "{language}");
                assert_eq!(answer.expect(200)["caption"], json!(caption), "{language}");
            }
        }
        let list = admin.with("Accept-Language", "pt-PT").get(GROUPS);
        assert_eq!(list.header("Content-Language"), Some("pt-PT"));
    });
}

#[test]
fn a_record_that_is_sent_back_as_it_was_read_in_a_language_does_not_change() {
    on_both(|app| {
        let admin = app.admin();
        let path = group(&admin);
        let stored = admin.get(&path).expect(200);
        let reader = admin.with("Accept-Language", "pt-PT");
        let read = reader.get(&path).expect(200);
        assert_eq!(read["caption"], json!("Ações"));
        for send in [Client::put, Client::patch] {
            send(&reader, &path, &read).expect(200);
            assert_eq!(admin.get(&path).expect(200), stored);
        }
        let mut changed: Value = read;
        changed["caption"] = json!("Stocks");
        reader.put(&path, &changed).expect(200);
        assert_eq!(admin.get(&path).expect(200)["caption"], json!("Stocks"));
    });
}

#[test]
fn every_record_with_texts_can_be_sent_back_as_it_was_read_in_a_language() {
    on_both(|app| {
        let admin = app.admin();
        app.product(&admin);
        admin.post("/api/v2/deposits/groups", &json!({"name": "Cards"})).expect(201);
        let reader = admin.with("Accept-Language", "ja");
        for (list, id, key) in [
            ("/api/v2/products", "id", "caption"),
            ("/api/v2/products/groups", "id", "caption"),
            ("/api/v2/currencies", "numericCode", "name"),
            ("/api/v2/clients/types", "id", "name"),
            ("/api/v2/deposits/methods", "id", "caption"),
            ("/api/v2/deposits/groups", "id", "caption"),
        ] {
            let record = admin.get(&format!("{list}?limit=1")).expect(200)["data"][0].clone();
            assert!(!record.is_null(), "{list}");
            let path = format!("{list}/{}", record[id]);
            let texts = json!({"resources": [{"key": key, "locale": "ja_JP", "value": "日本語"}]});
            admin.patch(&path, &texts).expect(200);
            let stored = admin.get(&path).expect(200);
            let read = reader.get(&path).expect(200);
            assert_eq!(read[key], json!("日本語"), "{list}");
            reader.patch(&path, &json!({key: read[key]})).expect(200);
            assert_eq!(admin.get(&path).expect(200), stored, "{list}");
        }
    });
}
