//! What clients are shown, and the calendar, as they are answered.

use serde_json::json;

use crate::harness::{Bodies, on_both};

#[test]
fn bodies_are_as_they_were_reviewed() {
    on_both(|app| {
        let admin = app.admin();
        let mut bodies = Bodies::of(&admin);
        bodies.first_of("/api/v2/countries?filter[alpha2Code]=US");
        let banner = json!({
            "type": "mobile", "url": "/dashboard", "enabled": true, "priority": 5,
            "backgroundLinkLight": "https://cdn.example.com/light.png",
            "backgroundLinkDark": "https://cdn.example.com/dark.png",
            "buttonLight": "More", "buttonDark": "More", "buttonLink": "https://www.example.com/more",
            "captionLight": "<b>News</b>", "captionDark": "<i>News</i>", "textLight": "text", "textDark": "dark text",
            "mobileTitle": "News", "mobileSubTitle": "of today", "mobileText": "text", "mobileButtonTitle": "More",
            "data": {
                "vertical_align": "middle", "horizontal_align": "left", "padding": 0.1,
                "image_url_light": "https://cdn.example.com/a.png", "image_url_dark": null, "preview_enabled": 1,
            },
            "resources": [{"key": "mobileTitle", "locale": "es_ES", "value": "Noticias"}],
        });
        bodies.create("/api/v2/banners", &banner);
        bodies.first_of("/api/v2/menus");
        bodies.read("/api/v2/menus?deep=1&filter[caption]=deposit");
        bodies.first_of("/api/v2/widgets");
        bodies.first_of("/api/v2/widgets/tickers");
        bodies.create("/api/v2/widgets/tickers/1/symbols", &json!({"symbol": "eur/jpy", "show": false}));
        bodies.first_of("/api/v2/localizations");
        let event = json!({
            "name": "Review", "description": "of limits", "startDate": "2026-02-01T10:00:00+02:00",
            "endDate": "2026-02-01T11:00:00+02:00", "recipients": ["admin@example.com"],
        });
        bodies.create("/api/v2/calendars/events", &event);
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies", bodies.into_text());
        });
    });
}
