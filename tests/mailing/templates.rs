//! Templates of mass mail.

use serde_json::{Value, json};

use super::sendgrid::SendGrid;
use super::{MESSAGES, TEMPLATES, connect, template};
use crate::harness::{Client, on_both};

const PAIRS: &str = "/api/v2/storage/values";

#[test]
fn a_template_is_made_changed_and_deleted() {
    on_both(|app| {
        let admin = app.admin();
        let id = admin.create(TEMPLATES, &template(&json!({"locale": "de_DE"})));
        let path = format!("{TEMPLATES}/{id}");
        app.advance(60);
        let changed = admin.patch(&path, &json!({"subject": "News for {name}", "locale": null})).expect(200);
        assert_eq!((&changed["subject"], &changed["locale"]), (&json!("News for {name}"), &Value::Null));
        assert_ne!(changed["updateTime"], changed["createTime"]);
        assert_eq!(admin.patch(&path, &json!({})).expect(200), changed);
        admin.delete(&path).expect(204);
        admin.get(&path).expect(404);
        admin.delete(&path).expect(404);
    });
}

#[test]
fn a_name_is_taken_once_whatever_its_case() {
    on_both(|app| {
        let admin = app.admin();
        let first = admin.create(TEMPLATES, &template(&json!({})));
        admin.post(TEMPLATES, &template(&json!({"name": "NEWS"}))).expect_faults(409, &[("name", "taken")]);
        let second = admin.create(TEMPLATES, &template(&json!({"name": "Offers"})));
        assert_eq!(second, first + 1, "what is refused leaves no gap");
        let renamed = admin.patch(&format!("{TEMPLATES}/{second}"), &json!({"name": "news"}));
        renamed.expect_faults(409, &[("name", "taken")]);
        let missing = [("body", "required"), ("name", "required"), ("subject", "required")];
        admin.post(TEMPLATES, &json!({})).expect_faults(400, &missing);
        let wrong = json!({"name": "", "subject": 1, "body": "", "locale": "German"});
        let faults = [("body", "empty"), ("locale", "notLocale"), ("name", "empty"), ("subject", "notString")];
        admin.post(TEMPLATES, &wrong).expect_faults(400, &faults);
    });
}

#[test]
fn placeholders_are_of_recipients_or_of_pairs() {
    on_both(|app| {
        let admin = app.admin();
        let text = json!({"subject": "{firstName} {typo}", "body": "{lastName} {name} {email} {footer} { p } {a b}"});
        let refused = admin.post(TEMPLATES, &template(&text));
        let issues: Vec<String> = refused.body["error"]["details"]
            .as_array()
            .unwrap()
            .iter()
            .map(|fault| fault["issue"].as_str().unwrap().to_owned())
            .collect();
        assert!(issues[0].contains("typo") && issues[1].contains("footer"), "{issues:?}");
        refused.expect_faults(422, &[("body", "unknownPlaceholder"), ("subject", "unknownPlaceholder")]);
        let pair = admin.create(PAIRS, &json!({"key": "footer", "value": "<hr>", "type": "html"}));
        let text = json!({"subject": "{firstName}", "body": "<p>{name}</p>{footer}"});
        let id = admin.create(TEMPLATES, &template(&text));
        let (path, pair) = (format!("{TEMPLATES}/{id}"), format!("{PAIRS}/{pair}"));
        admin.patch(&path, &json!({"body": "{other}"})).expect_faults(422, &[("body", "unknownPlaceholder")]);
        admin.delete(&pair).refused(409, "inUse");
        admin.patch(&pair, &json!({"key": "ending"})).refused(409, "inUse");
        admin.patch(&pair, &json!({"value": "<br>"})).expect(200);
        admin.patch(&path, &json!({"subject": "{footer}", "body": "<p>{name}</p>"})).expect(200);
        admin.delete(&pair).refused(409, "inUse");
        admin.patch(&path, &json!({"subject": "News"})).expect(200);
        admin.delete(&pair).expect(204);
    });
}

#[test]
fn templates_are_found_by_parts_of_name_and_subject() {
    on_both(|app| {
        let admin = app.admin();
        for (name, subject) in [("b", "Summer offer"), ("C", "100% news"), ("a", "Winter Offer")] {
            admin.create(TEMPLATES, &template(&json!({"name": name, "subject": subject})));
            app.advance(1);
        }
        assert_eq!(names(&admin, ""), ["a", "C", "b"]);
        assert_eq!(names(&admin, "sort_by=name"), ["a", "b", "C"]);
        assert_eq!(names(&admin, "filter[subject]=OFFER"), ["a", "b"]);
        assert_eq!(names(&admin, "filter[subject]=%25"), ["C"]);
        assert_eq!(names(&admin, "filter[name]=c"), ["C"]);
    });
}

fn names(admin: &Client, query: &str) -> Vec<String> {
    let page = admin.get(&format!("{TEMPLATES}?{query}")).expect(200);
    page["data"].as_array().unwrap().iter().map(|template| template["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn mail_keeps_the_text_that_it_was_sent_with() {
    on_both(|app| {
        let (admin, sendgrid) = (app.admin(), SendGrid::start());
        let service = connect(&admin, &sendgrid);
        let pair = admin.create(PAIRS, &json!({"key": "company", "value": "Doe & Co", "type": "string"}));
        let text = json!({"subject": "{company} for {firstName}", "body": "<p>{company}</p>"});
        let id = admin.create(TEMPLATES, &template(&text));
        let mail = json!({"providerId": service, "templateId": id, "emails": ["ann@example.com"]});
        let mail = format!("{MESSAGES}/{}", admin.create(MESSAGES, &mail));
        let sent = json!({"subject": "Doe & Co for {firstName}", "body": "<p>Doe &amp; Co</p>"});
        let text_of = |mail: &Value| json!({"subject": mail["subject"], "body": mail["body"]});
        assert_eq!(text_of(&admin.get(&mail).expect(200)), sent);
        admin.patch(&format!("{PAIRS}/{pair}"), &json!({"value": "Other"})).expect(200);
        admin.patch(&format!("{TEMPLATES}/{id}"), &json!({"subject": "x", "body": "x"})).expect(200);
        admin.delete(&format!("{TEMPLATES}/{id}")).expect(204);
        app.run_jobs();
        let request = &sendgrid.take()[0];
        assert_eq!(request["personalizations"][0]["subject"], json!("Doe & Co for"));
        assert_eq!(request["content"][0]["value"], json!("<p>Doe &amp; Co</p>"));
        let kept = admin.get(&mail).expect(200);
        assert_eq!((text_of(&kept), &kept["templateId"]), (sent, &Value::Null));
    });
}
