//! Key-value pairs and their tags.

use serde_json::{Value, json};

use crate::harness::{Client, on_both, with};

const PAIRS: &str = "/api/v2/storage/values";
const TAGS: &str = "/api/v2/storage/tags";

fn pair(fields: &Value) -> Value {
    with(json!({"key": "company", "value": "Acme", "type": "string"}), fields)
}

/// The keys of a page of pairs.
fn keys(admin: &Client, query: &str) -> Vec<String> {
    let page = admin.get(&format!("{PAIRS}?{query}")).expect(200);
    let pairs = page["data"].as_array().unwrap();
    pairs.iter().map(|pair| pair["key"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_pair_is_made_changed_and_deleted() {
    on_both(|app| {
        let admin = app.admin();
        let [brand, mails] = ["Brand", "Mails"].map(|name| admin.create(TAGS, &json!({"name": name})));
        let id = admin.create(PAIRS, &pair(&json!({"tags": [mails, brand, brand]})));
        let path = format!("{PAIRS}/{id}");
        let names = |pair: &Value| -> Vec<Value> {
            pair["tags"].as_array().unwrap().iter().map(|tag| tag["name"].clone()).collect()
        };
        assert_eq!(names(&admin.get(&path).expect(200)), ["Brand", "Mails"]);
        app.advance(60);
        let changed = admin.patch(&path, &json!({"value": "Acme Markets", "tags": [mails]})).expect(200);
        assert_eq!((&changed["value"], names(&changed)), (&json!("Acme Markets"), vec![json!("Mails")]));
        assert_ne!(changed["updateTime"], changed["createTime"]);
        assert_eq!(admin.patch(&path, &json!({})).expect(200), changed);
        admin.patch(&path, &json!({"key": "company_name"})).expect(200);
        assert_eq!(keys(&admin, ""), ["company_name"]);
        admin.delete(&path).expect(204);
        admin.get(&path).expect(404);
        admin.delete(&path).expect(404);
        assert_eq!(admin.total(TAGS), 2, "tags stay");
    });
}

#[test]
fn a_key_is_taken_once_and_can_stand_in_a_placeholder() {
    on_both(|app| {
        let admin = app.admin();
        let first = admin.create(PAIRS, &pair(&json!({})));
        admin.post(PAIRS, &pair(&json!({"value": "x"}))).expect_faults(409, &[("key", "taken")]);
        let second = admin.create(PAIRS, &pair(&json!({"key": "second"})));
        assert_eq!(second, first + 1, "what is refused leaves no gap");
        let rename = |key: &str| admin.patch(&format!("{PAIRS}/{second}"), &json!({"key": key}));
        rename("company").expect_faults(409, &[("key", "taken")]);
        for key in ["", "Company", "a-b", "a b", &"a".repeat(65)] {
            rename(key).expect_faults(400, &[("key", "notPairKey")]);
        }
        let wrong = json!({"key": "A", "value": 1, "type": "number", "tags": ["x"]});
        let expected = [("key", "notPairKey"), ("tags.0", "notInteger"), ("type", "notOneOf"), ("value", "notString")];
        admin.post(PAIRS, &wrong).expect_faults(400, &expected);
        let missing = [("key", "required"), ("type", "required"), ("value", "required")];
        admin.post(PAIRS, &json!({})).expect_faults(400, &missing);
    });
}

#[test]
fn a_value_fits_its_type_whichever_of_them_changes() {
    on_both(|app| {
        let admin = app.admin();
        for (kind, value, fault) in [
            ("mail", "nobody", "notEmail"),
            ("url", "example.com", "notLink"),
            ("url", "javascript:alert(1)", "notLink"),
            ("html", "<script>alert(1)</script>", "unsafeHtml"),
            ("html", "<body onload=alert(1)>", "unsafeHtml"),
            ("html", "<a href=\"javascript:alert(1)\">x</a>", "unsafeHtml"),
            ("html", "<p title=\"", "unsafeHtml"),
        ] {
            let body = |value: &str, kind: &str| pair(&json!({"value": value, "type": kind}));
            admin.post(PAIRS, &body(value, kind)).expect_faults(400, &[("value", fault)]);
            let id = admin.create(PAIRS, &body(value, "string"));
            let path = format!("{PAIRS}/{id}");
            admin.patch(&path, &json!({"type": kind})).expect_faults(400, &[("value", fault)]);
            let fitting = match kind {
                "mail" => "help@example.com",
                "url" => "https://example.com/help",
                _ => "<p class=\"on\">Yours, <b>Acme</b></p>",
            };
            let changed = admin.patch(&path, &json!({"value": fitting, "type": kind})).expect(200);
            assert_eq!(changed["value"], json!(fitting));
            admin.patch(&path, &json!({"value": value})).expect_faults(400, &[("value", fault)]);
            admin.delete(&path).expect(204);
        }
    });
}

#[test]
fn pairs_are_found_by_key_part_of_the_value_and_type() {
    on_both(|app| {
        let admin = app.admin();
        for (key, value, kind) in [
            ("company", "Acme_Markets", "string"),
            ("company_url", "https://acme.example", "url"),
            ("support", "help@example.com", "mail"),
        ] {
            admin.create(PAIRS, &json!({"key": key, "value": value, "type": kind}));
            app.advance(1);
        }
        for (query, expected) in [
            ("", vec!["support", "company_url", "company"]),
            ("sort_by=createTime&sort_order=asc", vec!["company", "company_url", "support"]),
            ("filter[key]=company", vec!["company"]),
            ("filter[value]=ACME", vec!["company_url", "company"]),
            ("filter[value]=e_m", vec!["company"]),
            ("filter[type]=mail", vec!["support"]),
            ("filter[type]=number", vec![]),
        ] {
            assert_eq!(keys(&admin, query), expected, "{query}");
        }
        admin.get(&format!("{PAIRS}?filter[tags]=1")).expect_faults(400, &[("filter[tags]", "unknownFilter")]);
    });
}

#[test]
fn tags_are_unique_whatever_their_case_and_leave_their_pairs_when_they_go() {
    on_both(|app| {
        let admin = app.admin();
        let [brand, mails] = ["Brand", "Mails"].map(|name| admin.create(TAGS, &json!({"name": name})));
        admin.post(TAGS, &json!({"name": "BRAND"})).expect_faults(409, &[("name", "taken")]);
        let brand_path = format!("{TAGS}/{brand}");
        admin.patch(&brand_path, &json!({"name": "mails"})).expect_faults(409, &[("name", "taken")]);
        assert_eq!(admin.patch(&brand_path, &json!({"name": "BRAND"})).expect(200)["name"], json!("BRAND"));
        admin.patch(&brand_path, &json!({})).expect_faults(400, &[("name", "required")]);
        assert_eq!(admin.total(&format!("{TAGS}?filter[name]=BRAND")), 1);
        assert_eq!(admin.total(&format!("{TAGS}?filter[name]=Brand")), 0);
        let unknown = pair(&json!({"tags": [brand, 98, 99]}));
        admin.post(PAIRS, &unknown).expect_faults(422, &[("tags.1", "unknown"), ("tags.2", "unknown")]);
        let id = admin.create(PAIRS, &pair(&json!({"tags": [brand, mails]})));
        admin.delete(&brand_path).expect(204);
        admin.get(&brand_path).expect(404);
        let kept = admin.get(&format!("{PAIRS}/{id}")).expect(200);
        assert_eq!(kept["tags"].as_array().map(Vec::len), Some(1));
        assert_eq!(kept["tags"][0]["name"], json!("Mails"));
    });
}
