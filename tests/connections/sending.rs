//! SMS through services that behave as their documentation says.

use outbound::connections::{SmsDelivery, SmsError, SmsFailure, send_sms};
use serde_json::{Value, json};

use super::service::{Sent, Service};
use super::{SMS, sms};
use crate::harness::{Client, TestApp, on_both};

const TO: &str = "+12025550123";
const TEXT: &str = "Code: 123456 & more";

const FORM: &str = "application/x-www-form-urlencoded";

/// Twilio's answer to a message that it takes: it is longer than gateways' answers.
fn queued() -> Value {
    json!({
        "sid": "SM1", "status": "queued", "error_code": null, "error_message": null, "body": "x".repeat(600), "to": TO,
    })
}

fn taken_by_vonage() -> Value {
    json!({"message-count": "1", "messages": [{"to": "12025550123", "message-id": "1", "status": "0"}]})
}

fn refused_by_vonage() -> Value {
    json!({"message-count": "1", "messages": [{"status": "4", "error-text": "Invalid credentials"}]})
}

/// Adds a provider; its address differs between the databases.
fn add(admin: &Client, service: &str, name: &str, settings: &Value) -> i64 {
    admin.unrecorded().create(SMS, &sms(service, name, settings))
}

fn add_twilio(admin: &Client, at: &Service) -> i64 {
    let settings = json!({"accountSid": "AC1", "authToken": "t0ken", "from": "+15005550006", "url": at.url});
    add(admin, "Twilio", "twilio", &settings)
}

fn add_vonage(admin: &Client, at: &Service) -> i64 {
    let settings = json!({"apiKey": "abc", "apiSecret": "s3cret", "from": "Broker", "url": format!("{}/", at.url)});
    add(admin, "Vonage", "vonage", &settings)
}

fn send(app: &TestApp, text: &str) -> SmsDelivery {
    send_sms(&app.outbound, TO, text).unwrap()
}

fn taken(by: i64) -> SmsDelivery {
    SmsDelivery { taken_by: Some(by.into()), failures: Vec::new() }
}

/// The reason of the only failure.
#[track_caller]
fn reason(delivery: SmsDelivery) -> SmsError {
    assert_eq!((delivery.taken_by, delivery.failures.len()), (None, 1));
    delivery.failures.into_iter().next().unwrap().reason
}

#[test]
fn twilio_makes_a_message_below_the_account() {
    on_both(|app| {
        let (admin, service) = (app.admin(), Service::start(201, &queued()));
        let provider = add_twilio(&admin, &service);
        assert_eq!(send(app, TEXT), taken(provider));
        let expected = Sent {
            target: "POST /2010-04-01/Accounts/AC1/Messages.json".into(),
            // AC1:t0ken
            authorization: "Basic QUMxOnQwa2Vu".into(),
            content_type: FORM.into(),
            body: "To=%2B12025550123&From=%2B15005550006&Body=Code%3A+123456+%26+more".into(),
        };
        assert_eq!(service.take(), [expected]);
        service.answer(400, &json!({"code": 21211, "message": "The number is not valid.", "status": 400}));
        assert!(matches!(reason(send(app, TEXT)), SmsError::Refused(reason) if reason.contains("21211")));
        service.answer(201, &json!({"sid": "SM1", "status": "failed", "error_message": "blocked"}));
        assert_eq!(reason(send(app, TEXT)), SmsError::Refused("blocked".into()));
        service.answer(503, &json!({}));
        assert!(matches!(reason(send(app, TEXT)), SmsError::Unanswered(_)));
        // A page that answers 200 to everything takes nothing.
        service.answer(200, &json!("welcome"));
        assert!(matches!(reason(send(app, TEXT)), SmsError::Unanswered(_)));
    });
}

#[test]
fn vonage_tells_a_status_for_each_part() {
    on_both(|app| {
        let (admin, service) = (app.admin(), Service::start(200, &taken_by_vonage()));
        let provider = add_vonage(&admin, &service);
        assert_eq!(send(app, TEXT), taken(provider));
        let body = "api_key=abc&api_secret=s3cret&from=Broker&to=12025550123&text=Code%3A+123456+%26+more&type=text";
        let expected = Sent {
            target: "POST /sms/json".into(),
            authorization: String::new(),
            content_type: FORM.into(),
            body: body.into(),
        };
        assert_eq!(service.take(), [expected]);
        assert_eq!(send(app, "Código"), taken(provider));
        assert!(service.take()[0].body.ends_with("text=C%C3%B3digo&type=unicode"));
        service.answer(200, &refused_by_vonage());
        assert_eq!(reason(send(app, TEXT)), SmsError::Refused("4 Invalid credentials".into()));
        service.answer(200, &json!({"message-count": "0", "messages": []}));
        assert!(matches!(reason(send(app, TEXT)), SmsError::Unanswered(_)));
    });
}

#[test]
fn a_service_of_ones_own_is_posted_to_or_asked() {
    on_both(|app| {
        let (admin, service) = (app.admin(), Service::start(204, &json!("")));
        let settings = json!({"url": format!("{}/send?account=7", service.url), "key": "k3y"});
        let provider = add(&admin, "Custom", "own", &settings);
        assert_eq!(send(app, TEXT), taken(provider));
        let expected = Sent {
            target: "POST /send?account=7".into(),
            authorization: "Bearer k3y".into(),
            content_type: "application/json".into(),
            body: json!({"to": TO, "text": TEXT}).to_string(),
        };
        assert_eq!(service.take(), [expected]);
        admin.unrecorded().patch(&format!("{SMS}/{provider}"), &json!({"settings": {"method": "GET"}})).expect(200);
        assert_eq!(send(app, TEXT), taken(provider));
        let asked = service.take();
        let target = "GET /send?account=7&to=%2B12025550123&text=Code%3A+123456+%26+more";
        assert_eq!((asked[0].target.as_str(), asked[0].authorization.as_str()), (target, "Bearer k3y"));
        service.answer(302, &json!(""));
        assert!(matches!(reason(send(app, TEXT)), SmsError::Unanswered(_)));
    });
}

#[test]
fn a_text_goes_to_the_oldest_enabled_provider_and_to_the_next_when_it_fails() {
    on_both(|app| {
        let admin = app.admin();
        assert_eq!(send(app, TEXT), SmsDelivery { taken_by: None, failures: Vec::new() });
        let (first, second) = (Service::start(200, &refused_by_vonage()), Service::start(201, &queued()));
        let vonage = add_vonage(&admin, &first);
        app.advance(1);
        let twilio = add_twilio(&admin, &second);
        let failures =
            vec![SmsFailure { provider: vonage.into(), reason: SmsError::Refused("4 Invalid credentials".into()) }];
        assert_eq!(send(app, TEXT), SmsDelivery { taken_by: Some(twilio.into()), failures });
        first.answer(200, &taken_by_vonage());
        second.take();
        assert_eq!(send(app, TEXT), taken(vonage));
        assert_eq!(second.take(), []);
        admin.unrecorded().patch(&format!("{SMS}/{vonage}"), &json!({"isEnabled": false})).expect(200);
        assert_eq!(send(app, TEXT), taken(twilio));
        second.answer(500, &json!({}));
        first.answer(200, &refused_by_vonage());
        admin.unrecorded().patch(&format!("{SMS}/{vonage}"), &json!({"isEnabled": true})).expect(200);
        let delivery = send(app, TEXT);
        let failed: Vec<i64> = delivery.failures.iter().map(|failure| failure.provider.get()).collect();
        assert_eq!((delivery.taken_by, failed), (None, vec![vonage, twilio]));
    });
}

#[test]
fn a_service_that_cannot_be_reached_fails_without_its_secrets() {
    on_both(|app| {
        let admin = app.admin();
        let settings = json!({"url": "http://127.0.0.1:1/send", "key": "k3y", "method": "GET"});
        add(&admin, "Custom", "own", &settings);
        let reason = reason(send(app, TEXT));
        assert!(matches!(&reason, SmsError::Unanswered(_)), "{reason}");
        let told = format!("{reason} {reason:?}");
        assert!(["k3y", "123456", "2025550123"].iter().all(|secret| !told.contains(secret)), "{told}");
    });
}

#[test]
fn a_provider_that_another_installation_sealed_is_passed_over() {
    on_both(|app| {
        let (admin, service) = (app.admin(), Service::start(201, &queued()));
        let settings = json!({"url": "http://127.0.0.1:1", "key": "k3y"});
        let lost = add(&admin, "Custom", "own", &settings);
        app.run_sql(r#"UPDATE sms_providers SET settings = '{"url":"http://127.0.0.1:1","key":"sealed:AAAA"}'"#);
        app.advance(1);
        let twilio = add_twilio(&admin, &service);
        let failures = vec![SmsFailure { provider: lost.into(), reason: SmsError::Unusable("key") }];
        assert_eq!(send(app, TEXT), SmsDelivery { taken_by: Some(twilio.into()), failures });
    });
}
