//! Banners: what they may hold, and when they are shown.

use serde_json::{Value, json};

use crate::harness::{Client, on_both, with};

const BANNERS: &str = "/api/v2/banners";

fn new(admin: &Client, fields: &Value) -> i64 {
    admin.create(BANNERS, &with(json!({"type": "desktop", "url": "/dashboard"}), fields))
}

#[test]
fn a_banner_is_enabled_with_something_to_show() {
    on_both(|app| {
        let admin = app.admin();
        let desktop = format!("{BANNERS}/{}", new(&admin, &json!({})));
        let enable = |path: &str, fields: Value| admin.patch(path, &with(json!({"enabled": true}), &fields));
        enable(&desktop, json!({"mobileTitle": "News"})).expect_faults(422, &[("enabled", "bannerWithoutContent")]);
        enable(&desktop, json!({"captionLight": " "})).expect_faults(422, &[("enabled", "bannerWithoutContent")]);
        enable(&desktop, json!({"backgroundLinkDark": "https://cdn.example.com/a.png"})).expect(200);
        enable(&desktop, json!({"backgroundLinkDark": null, "captionLight": "News"})).expect(200);
        admin.patch(&desktop, &json!({"captionLight": null})).refused(422, "bannerWithoutContent");
        let mobile = json!({"type": "mobile", "url": "/", "enabled": true, "captionLight": "News"});
        admin.post(BANNERS, &mobile).expect_faults(422, &[("enabled", "bannerWithoutTitle")]);
        admin.post(BANNERS, &with(mobile, &json!({"mobileTitle": "News"}))).expect(201);
        admin.post(BANNERS, &json!({})).expect_faults(400, &[("type", "required"), ("url", "required")]);
    });
}

#[test]
fn html_is_kept_and_what_browsers_carry_out_is_refused() {
    on_both(|app| {
        let admin = app.admin();
        let banner = format!("{BANNERS}/{}", new(&admin, &json!({"captionLight": "<b>News</b> &amp; more"})));
        assert_eq!(admin.get(&banner).expect(200)["captionLight"], json!("<b>News</b> &amp; more"));
        let active = json!({
            "url": "javascript:x", "captionLight": "<link rel=stylesheet href=//example.com/a.css>", "captionDark": "<script>x</script>", "textLight": "<img src=x onerror=x>", "mobileText": "<a href=javascript:x>",
            "buttonLink": "javascript:alert(1)", "backgroundLinkLight": "ftp://example.com/a.png",
            "data": {"image_url_light": "data:image/png;base64,x", "vertical_align": "left", "padding": "-1"},
            "resources": [{"key": "text", "locale": "es_ES", "value": "<p onclick=x>"}],
        });
        let faults = [
            ("backgroundLinkLight", "notLink"),
            ("buttonLink", "notLink"),
            ("captionDark", "unsafeHtml"),
            ("captionLight", "unsafeHtml"),
            ("data.image_url_light", "notLink"),
            ("data.padding", "negative"),
            ("data.vertical_align", "notOneOf"),
            ("mobileText", "unsafeHtml"),
            ("resources.0.value", "unsafeHtml"),
            ("textLight", "unsafeHtml"),
            ("url", "notLink"),
        ];
        admin.patch(&banner, &active).expect_faults(400, &faults);
    });
}

#[test]
fn members_of_a_layout_that_are_not_sent_stay() {
    on_both(|app| {
        let admin = app.admin();
        let layout = json!({"vertical_align": "top", "padding": "0.10", "preview_enabled": true});
        let banner = format!("{BANNERS}/{}", new(&admin, &json!({"data": layout})));
        let change = |data: Value| admin.patch(&banner, &json!({"data": data})).expect(200)["data"].clone();
        let changed = change(json!({"padding": null, "horizontal_align": "center"}));
        assert_eq!(changed["vertical_align"], json!("top"));
        assert_eq!(changed["padding"], json!(null));
        assert_eq!(changed["horizontal_align"], json!("center"));
        assert_eq!(change(json!(null)), json!(null));
    });
}

#[test]
fn a_text_is_read_in_the_language_of_the_call_and_sent_back_it_stays() {
    on_both(|app| {
        let admin = app.admin();
        let texts = json!([
            {"key": "caption", "locale": "es_ES", "value": "Noticias"},
            {"key": "captionDark", "locale": "es_ES", "value": "Noticias oscuras"},
        ]);
        let fields = json!({"captionLight": "News", "captionDark": "Dark news", "resources": texts});
        let banner = format!("{BANNERS}/{}", new(&admin, &fields));
        let spanish = admin.with("Accept-Language", "es");
        let read = spanish.get(&banner).expect(200);
        assert_eq!([&read["captionLight"], &read["captionDark"]], [&json!("Noticias"), &json!("Noticias oscuras")]);
        spanish.put(&banner, &with(read, &json!({"priority": 7}))).expect(200);
        let plain = admin.get(&banner).expect(200);
        assert_eq!([&plain["captionLight"], &plain["captionDark"]], [&json!("News"), &json!("Dark news")]);
        assert_eq!(plain["priority"], json!(7));
    });
}

#[test]
fn banners_are_listed_in_the_order_of_clients() {
    on_both(|app| {
        let admin = app.admin();
        for (url, priority, enabled) in [("/a", 1, true), ("/b", 0, true), ("/c", 1, true), ("/d", 0, false)] {
            app.advance(1);
            new(&admin, &json!({"url": url, "priority": priority, "enabled": enabled, "captionLight": "x"}));
        }
        let urls = |query: &str| {
            let page = admin.get(&format!("{BANNERS}{query}")).expect(200);
            let urls = page["data"].as_array().unwrap().iter().map(|banner| banner["url"].as_str().unwrap().to_owned());
            urls.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(urls(""), "/d /c /b /a");
        assert_eq!(urls("?sort_by=priority"), "/d /b /c /a");
        assert_eq!(urls("?sort_by=priority&sort_order=desc"), "/a /c /b /d");
        assert_eq!(urls("?sort_by=priority&filter[enabled]=1&limit=2"), "/b /c");
        let path = format!("{BANNERS}/1");
        let banner = admin.get(&path).expect(200);
        assert_eq!(banner["createdBy"], json!("admin@example.com"));
        assert_eq!(banner["createdAt"], json!("2026-01-01T00:00:01+00:00"));
        admin.delete(&path).expect(204);
        admin.get(&path).expect(404);
    });
}

#[test]
fn everything_that_is_wrong_with_texts_in_other_languages_is_told_at_once() {
    on_both(|app| {
        let admin = app.admin();
        let resources = json!([
            {"key": "text", "locale": "es_ES", "value": "<p onclick=x>"},
            {"key": "url", "locale": "es_ES", "value": "/inicio"},
            {"key": "caption", "locale": "es_ES", "value": "Hola"},
            {"key": "caption", "locale": "es_ES", "value": "Hola"},
            {"key": 1, "value": "<script>"},
            {"key": "caption", "locale": "es_ES", "value": "Hola"},
            "Hola",
        ]);
        let expected = [
            ("priority", "notInteger"),
            ("resources.0.value", "unsafeHtml"),
            ("resources.1.key", "notOneOf"),
            ("resources.3", "repeatedText"),
            ("resources.4.key", "notOneOf"),
            ("resources.4.locale", "required"),
            ("resources.4.value", "unsafeHtml"),
            ("resources.5", "repeatedText"),
            ("resources.6", "notObject"),
            ("type", "required"),
        ];
        let body = json!({"url": "/", "priority": "x", "resources": resources});
        admin.post(BANNERS, &body).expect_faults(400, &expected);
    });
}

#[test]
fn a_layout_that_says_nothing_is_none() {
    on_both(|app| {
        let admin = app.admin();
        let banner = format!("{BANNERS}/{}", new(&admin, &json!({"data": {}})));
        assert_eq!(admin.get(&banner).expect(200)["data"], json!(null));
        let change = |data: Value| admin.patch(&banner, &json!({"data": data})).expect(200)["data"].clone();
        assert_eq!(change(json!({"padding": "1"}))["padding"], json!("1"));
        assert_eq!(change(json!({}))["padding"], json!("1"));
        assert_eq!(change(json!({"padding": null})), json!(null));
    });
}
