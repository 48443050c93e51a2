//! The texts in which clients are sent codes.

use domain::value::Locale;
use serde_json::{Value, json};
use storage::connections::templates;

use crate::harness::{on_both, repository};

const TEMPLATES: &str = "/api/v2/confirmations/templates";

#[test]
fn the_template_of_codes_is_delivered_in_every_language() {
    on_both(|app| {
        let admin = app.admin();
        let found = admin.get(&format!("{TEMPLATES}?filter[name]=default")).expect(200);
        assert_eq!(found["total"], json!(1));
        let default = app.database.read(templates::of_codes).unwrap().data;
        let languages = std::fs::read_dir(repository().join("locales")).unwrap().flatten();
        let languages: Vec<String> = languages.map(|folder| folder.file_name().display().to_string()).collect();
        assert!(languages.len() > 1);
        let mut texts: Vec<String> = languages
            .iter()
            .map(|language| default.message("123456", &Locale::from_accept_language(language)))
            .collect();
        assert!(texts.iter().all(|text| text.contains("123456") && !text.contains('%')), "{texts:?}");
        texts.sort();
        texts.dedup();
        assert_eq!(texts.len(), languages.len(), "each language has a text of its own");
        let spanish = admin.with("Accept-Language", "es").get(&format!("{TEMPLATES}/1")).expect(200);
        assert!(spanish["template"].as_str().unwrap().starts_with("Su código"), "{spanish}");
    });
}

#[test]
fn the_template_of_codes_is_changed_and_neither_renamed_nor_deleted() {
    on_both(|app| {
        let admin = app.admin();
        let path = format!("{TEMPLATES}/1");
        admin.delete(&path).refused(409, "defaultTemplate");
        admin.patch(&path, &json!({"name": "codes"})).expect_faults(409, &[("name", "defaultTemplate")]);
        let text = json!({"name": "default", "template": "<p>%CODE%</p>"});
        assert_eq!(admin.patch(&path, &text).expect(200)["template"], json!("<p>%CODE%</p>"));
        let again = json!({"name": "Default", "caption": "x", "template": "%CODE%"});
        admin.post(TEMPLATES, &again).expect_faults(409, &[("name", "taken")]);
    });
}

#[test]
fn a_template_has_the_place_of_the_code_in_every_language() {
    on_both(|app| {
        let admin = app.admin();
        let text = |value: &str| json!([{"key": "template", "locale": "es", "value": value}]);
        let body =
            |template: &str, resources: &Value| json!({"name": "x", "template": template, "resources": resources});
        let faults = [
            ("caption", "required"),
            ("resources.0.value", "codePlaceholderMissing"),
            ("template", "codePlaceholderMissing"),
        ];
        admin.post(TEMPLATES, &body("Your code", &text("Su código"))).expect_faults(400, &faults);
        admin.post(TEMPLATES, &json!({"name": "", "caption": "x", "template": " "})).expect(400);
        let whole = crate::harness::with(body("%CODE%", &text("%CODE%!")), &json!({"caption": "X"}));
        let path = format!("{TEMPLATES}/{}", admin.create(TEMPLATES, &whole));
        let lacking = json!({"template": "%code%"});
        admin.patch(&path, &lacking).expect_faults(400, &[("template", "codePlaceholderMissing")]);
        let lacking = json!({"resources": text("x")});
        admin.patch(&path, &lacking).expect_faults(400, &[("resources.0.value", "codePlaceholderMissing")]);
        assert_eq!(admin.patch(&path, &json!({"resources": []})).expect(200)["resources"], json!([]));
    });
}

#[test]
fn templates_are_found_renamed_and_deleted() {
    on_both(|app| {
        let admin = app.admin();
        let body = |name: &str| json!({"name": name, "caption": "Payments out", "template": "%CODE%"});
        let path = format!("{TEMPLATES}/{}", admin.create(TEMPLATES, &body("withdrawals")));
        admin.post(TEMPLATES, &body("Withdrawals")).expect_faults(409, &[("name", "taken")]);
        admin.patch(&path, &json!({"name": "DEFAULT"})).expect_faults(409, &[("name", "taken")]);
        admin.patch(&path, &json!({"name": "payouts"})).expect(200);
        let found = |query: &str| admin.get(&format!("{TEMPLATES}?{query}")).expect(200)["total"].clone();
        assert_eq!((found("filter[name]=PAY"), found("filter[caption]=payments")), (json!(1), json!(1)));
        admin.delete(&path).expect(204);
        admin.get(&path).expect(404);
    });
}
