//! What is left to be spent with services, and who hears of it.

use serde_json::{Value, json};

use super::service::Service;
use super::{SMS, sms};
use crate::harness::{Client, Gateway, Received, Setup, TestApp, on_both, on_both_with};

const LISTENERS: &str = "/api/v2/events/listeners";

fn balance(amount: &str) -> Value {
    json!({"account_sid": "AC1", "balance": amount, "currency": "USD"})
}

fn listen(admin: &Client, receiver: &Gateway, threshold: &str) {
    admin.patch("/api/v2/settings", &json!({"webhookHttpHosts": ["127.0.0.1"]})).expect(200);
    let listener = json!({
        "event": "AccountBalanceReceived", "handler": "AccountBalanceReceived",
        "handlerOptions": {"threshold": threshold}, "workflow": "SendWebhookWorkflow",
        "workflowOptions": {"url": receiver.url},
    });
    admin.unrecorded().create(LISTENERS, &listener);
}

fn with_twilio(admin: &Client, at: &Service) {
    let settings = json!({"accountSid": "AC1", "authToken": "t0ken", "from": "+15005550006", "url": at.url});
    admin.unrecorded().create(SMS, &sms("Twilio", "twilio", &settings));
}

/// Tokens that outlive a test that moves the clock.
fn lasting() -> Setup {
    Setup { has_lasting_tokens: true, ..Setup::default() }
}

/// The balances that listeners are told of now.
fn told(app: &TestApp, receiver: &Gateway) -> Vec<String> {
    let before = receiver.calls().len();
    app.run_jobs();
    let balance = |call: &Received| {
        let sent: Value = serde_json::from_str(&call.body).expect("a body");
        let text = |key: &str| sent["data"][key].as_str().expect("a text").to_owned();
        format!("{} {} {}", text("comment"), text("amount"), text("currency"))
    };
    receiver.calls()[before..].iter().map(balance).collect()
}

#[test]
fn a_listener_is_told_once_that_a_balance_fell_to_its_threshold() {
    let receiver = Gateway::start();
    on_both_with(&lasting(), |app| {
        let (admin, service) = (app.admin(), Service::start(200, &balance("25.00")));
        with_twilio(&admin, &service);
        app.run_jobs();
        assert!(service.take().is_empty(), "nobody listens");
        listen(&admin, &receiver, "20");
        assert!(told(app, &receiver).is_empty());
        let read = service.take();
        assert_eq!(read.len(), 1);
        assert_eq!(read[0].target, "GET /2010-04-01/Accounts/AC1/Balance.json");
        assert_eq!(read[0].authorization, "Basic QUMxOnQwa2Vu");
        app.advance(3_599);
        app.run_jobs();
        assert!(service.take().is_empty(), "it is read every hour");
        app.advance(1);
        service.answer(200, &balance("19.50"));
        assert_eq!(told(app, &receiver), ["twilio 19.5 USD"]);
        app.advance(3_600);
        service.answer(200, &balance("18.00"));
        assert!(told(app, &receiver).is_empty(), "it was told");
        listen(&admin, &receiver, "15");
        assert_eq!(told(app, &receiver), ["twilio 18 USD"], "balances are read anew for a new listener");
        app.advance(3_600);
        service.answer(200, &balance("14.99"));
        assert_eq!(told(app, &receiver).len(), 1, "the one whose threshold it fell to");
    });
}

#[test]
fn a_service_that_tells_no_balance_is_asked_again_in_an_hour() {
    let receiver = Gateway::start();
    on_both_with(&lasting(), |app| {
        let (admin, service) = (app.admin(), Service::start(401, &json!({"code": 20003})));
        with_twilio(&admin, &service);
        listen(&admin, &receiver, "20");
        assert!(told(app, &receiver).is_empty());
        assert_eq!(service.take().len(), 1);
        service.answer(200, &json!({"balance": "much", "currency": "USD"}));
        app.advance(3_600);
        assert!(told(app, &receiver).is_empty());
        service.answer(200, &balance("-1.5"));
        app.advance(3_600);
        assert_eq!(told(app, &receiver), ["twilio -1.5 USD"]);
    });
}

#[test]
fn a_balance_needs_a_threshold() {
    on_both(|app| {
        let listener = json!({
            "event": "AccountBalanceReceived", "handler": "AccountBalanceReceived",
            "workflow": "SendNotificationWorkflow",
            "workflowOptions": {"emails": ["ops@example.com"], "type": "balanceWarning"},
            "handlerOptions": {"minAmount": "3"},
        });
        let faults = [("handlerOptions.minAmount", "unknown"), ("handlerOptions.threshold", "optionMissing")];
        app.admin().post(LISTENERS, &listener).expect_faults(400, &faults);
    });
}
