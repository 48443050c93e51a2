//! Connections, SMS providers, templates and tokens as they are answered.

use serde_json::json;

use super::{CONNECTIONS, SMS, sms, voice};
use crate::harness::{Bodies, on_both};

#[test]
fn bodies_are_as_they_were_reviewed() {
    on_both(|app| {
        let admin = app.admin();
        let mut bodies = Bodies::of(&admin);
        bodies.create(CONNECTIONS, &voice(&json!({})));
        bodies.read("/api/v2/connections/providers");
        bodies.read("/api/v2/connections/providers/SendGrid/settings");
        bodies.read("/api/v2/connections/providers/B2BinPay/settings");
        let settings = json!({"accountSid": "AC1", "authToken": "s3cret", "from": "+12025550123"});
        bodies.create(SMS, &sms("Twilio", "twilio", &settings));
        bodies.read(&format!("{SMS}/types"));
        bodies.read(&format!("{SMS}/types/Custom/settings"));
        bodies.first_of("/api/v2/confirmations/templates");
        let template = json!({
            "name": "withdrawals", "caption": "Withdrawals", "template": "<b>%CODE%</b>",
            "resources": [{"key": "template", "locale": "ja_JP", "value": "コード: %CODE%"}],
        });
        bodies.create("/api/v2/confirmations/templates", &template);
        bodies.read("/api/v2/twilio/token");
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies", bodies.into_text());
        });
    });
}
