//! Bonuses, and the reports of platforms, as they are answered.

use serde_json::json;

use super::{on_both, position, program_terms, terms, trading};
use crate::harness::{Bodies, with};

#[test]
fn bodies_are_as_they_were_reviewed() {
    on_both(|app| {
        let admin = app.admin();
        let trading = trading(app, &admin);
        let mut bodies = Bodies::of(&admin);
        let preset = json!({"platformId": trading.platform, "name": "Welcome", "default": true});
        bodies.create("/api/v2/bonuses/presets", &with(terms(), &preset));
        bodies.create("/api/v2/bonuses/temporary", &program_terms(app, &trading));
        bodies.read("/api/v2/bonuses/settings");
        let bonus = json!({"accountId": trading.account, "amount": "100"});
        let bonus = bodies.create("/api/v2/bonuses", &with(terms(), &bonus));
        bodies.first_of(&format!("/api/v2/bonuses/{bonus}/history?limit=1"));
        let mut reports = Bodies::of(&trading.feed);
        let path = format!("/api/v2/platforms/{}", trading.platform);
        let trades = [
            position(app, &trading, "a", "1.5", &json!({"openTime": app.time(0), "closeTime": app.time(60)})),
            position(app, &trading, "b", "1", &json!({"profit": "-2.5"})),
            position(app, &trading, "c", "0", &json!({})),
        ];
        reports.ask(&format!("{path}/trades"), &json!({"trades": trades}), 200);
        let figures = json!({"accountNumber": trading.number, "pnl": "-1.5", "margin": "20", "time": app.time(0)});
        reports.ask(&format!("{path}/figures"), &json!({"figures": [figures]}), 200);
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies", bodies.into_text() + "\n" + &reports.into_text());
        });
    });
}
